"""Deposits: addresses to pay to, and what becomes of coins that are sent there."""

from __future__ import annotations

from decimal import Decimal

from .addresses import is_same_address, make_address, make_transaction_id
from .books import Books, new_id
from .errors import not_found, refused, unable
from .market import Asset
from .people import User
from .records import DEPOSIT, DepositAddress, Order
from .trading import Desk

_ODD_STATUS = "ON_HOLD"
_ZERO = Decimal(0)


class Cashier:
    """Takes coins in. Whoever calls a method holds the books' lock."""

    def __init__(self, books: Books, desk: Desk) -> None:
        self._books = books
        self._desk = desk

    def give_address(
        self, user: User, asset: Asset, destination: str
    ) -> DepositAddress:
        """Return an address of a user, a new one or one given before.

        :raises ApiError: when the asset can't be deposited now.
        """
        books = self._books
        if not books.market.rule(asset.symbol, DEPOSIT).is_open:
            raise unable()
        for known in books.addresses:
            is_same = (known.user_id, known.asset, known.destination) == (
                user.id,
                asset.symbol,
                destination,
            )
            if is_same and self._repeats(known):
                return known
        address_id = new_id()
        return books.addresses.add(
            DepositAddress(
                address_id,
                user.id,
                make_address(asset.chain, address_id),
                asset.symbol,
                asset.chain,
                destination,
                books.clock.now(),
            )
        )

    def _repeats(self, known: DepositAddress) -> bool:
        switch = self._books.settings.addresses
        return switch == "always" or (switch == "open" and not known.is_used)

    def announce(
        self, user: User, asset: Asset, amount: Decimal, wallet: str | None, tx_id: str
    ) -> Order:
        """Keep what a user says was sent; it is believed when the coins are there.

        :raises ApiError: when deposits of the asset are closed.
        """
        if not self._books.market.rule(asset.symbol, DEPOSIT).is_open:
            raise refused(406, "This type of operation is not allowed.")
        known = self._order_of(user.id, wallet, tx_id)
        return known or self._open(user.id, asset, amount, wallet, tx_id)

    def receive(
        self,
        address: str,
        amount: Decimal,
        *,
        symbol: str | None = None,
        tx_id: str | None = None,
        is_confirmed: bool = True,
    ) -> Order:
        """Let coins arrive at an address.

        :param symbol: another asset of the address's chain, such as a token.
        :raises ApiError: when the address or the asset is unknown.
        """
        books = self._books
        target = books.address_of(address)
        asset = books.market.find(symbol or target.asset)
        if asset is None or asset.chain != target.chain:
            raise not_found()
        target.is_used = True
        tx_id = tx_id or make_transaction_id(asset.chain, new_id())
        order = self._order_of(target.user_id, target.address, tx_id)
        if order is None:
            order = self._open(target.user_id, asset, amount, target.address, tx_id)
        elif order.is_open:
            # What was announced is not what counts.
            order.to_symbol, order.to_amount = asset.symbol, amount
            order.wallet = target.address
        if is_confirmed:
            self._desk.approve(order)
        return order

    def reverse(self, order: Order) -> None:
        """Take a deposit back."""
        self._desk.reject(order)
        if self._books.settings.reversed_deposits == "gone":
            self._books.orders.remove(order)

    def _open(
        self,
        user_id: str,
        asset: Asset,
        amount: Decimal,
        wallet: str | None,
        tx_id: str,
    ) -> Order:
        settings = self._books.settings
        return self._desk.open_order(
            user_id,
            asset.kind,
            DEPOSIT,
            from_symbol=None,
            from_amount=_ZERO,
            rate=_ZERO,
            to_symbol=asset.symbol,
            to_amount=amount,
            status=_ODD_STATUS if settings.odd_status else settings.seen_deposits,
            wallet=wallet,
            tx_id=tx_id,
        )

    def _order_of(self, user_id: str, wallet: str | None, tx_id: str) -> Order | None:
        """Find the deposit of a transaction, which may pay several addresses."""
        wanted = (user_id, DEPOSIT, tx_id)
        for order in self._books.orders:
            if (order.user_id, order.operation, order.tx_id) != wanted:
                continue
            known = order.wallet
            if wallet is None or known is None or is_same_address(known, wallet):
                return order
        return None
