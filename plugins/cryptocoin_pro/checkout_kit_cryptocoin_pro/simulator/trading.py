"""Trading: what becomes of orders, and of the balances that they move."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from .addresses import make_transaction_id
from .amounts import times
from .books import Books, new_id, new_public_id
from .errors import ApiError, refused
from .kyc_records import LEVELS
from .market import REFERENCE_FIAT
from .records import (
    APPROVED,
    AVAILABLE,
    BUY_WITH_FIAT,
    DEPOSIT,
    EXPIRED,
    PAYMENT_WAITING,
    PENDING,
    REJECTED,
    SELL_TO_FIAT,
    WITHDRAW,
    WITHDRAW_ICO,
    Order,
    Quote,
    Transfer,
)

_SALE_TIME = timedelta(seconds=5)

#: Called under the lock with each order whose status changed.
OrderListener = Callable[[Order], None]


class Desk:
    """Carries orders out. Whoever calls a method holds the books' lock."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self.on_status: OrderListener | None = None
        #: What time still has to do with: the rest need not be looked through.
        self._sales: list[Order] = []
        self._perishables: list[Quote | Transfer] = []

    def open_order(
        self, user_id: str, kind: str, operation: str, **parts: object
    ) -> Order:
        """Keep a new order; what it takes from the balance is taken now.

        :raises ApiError: when the balance is too low.
        """
        made = Order(
            id=new_id(),
            public_id=new_public_id(),
            user_id=user_id,
            kind=kind,
            operation=operation,
            created_at=self._books.clock.now(),
            **parts,  # type: ignore[arg-type]
        )
        taken = made.taken_symbol
        if taken is not None and self._books.balance(user_id, taken) < made.taken:
            raise refused(403, "The available balance is too low.")
        made.kyc_level = self.level_for(made)
        self._books.orders.add(made)
        if taken is not None:
            self._books.debit(user_id, taken, made.taken)
        if operation == SELL_TO_FIAT:
            made.due = made.created_at + _SALE_TIME
            self._sales.append(made)
        return made

    def watch(self, record: Quote | Transfer) -> None:
        """Let something expire in its time unless it is confirmed."""
        self._perishables.append(record)

    def level_for(self, order: Order) -> int:
        """Return the level of KYC that an order's worth asks for."""
        asset, crypto = order.to_symbol, order.to_amount
        if order.direction == "out" and order.from_symbol is not None:
            asset, crypto = order.from_symbol, order.from_amount
        price = self._books.market.price(asset, REFERENCE_FIAT) or Decimal(0)
        worth = times(crypto, price)
        fitting = (int(number) for number, _, most in LEVELS if worth <= most)
        return next(fitting, len(LEVELS))

    def approve(self, order: Order) -> None:
        """Let an order be done: what it brings is there.

        :raises ApiError: when it was rejected; that is final here.
        """
        if order.status == APPROVED:
            return
        if order.status == REJECTED:
            raise refused(409, "The order was rejected.")
        order.status = APPROVED
        if order.operation in (WITHDRAW, WITHDRAW_ICO):
            self._send(order)
        elif order.operation != SELL_TO_FIAT:
            self._books.credit(order.user_id, order.to_symbol, order.to_amount)
            if order.operation == BUY_WITH_FIAT and order.wallet is not None:
                self._forward(order)
        self._tell(order)

    def reject(self, order: Order) -> None:
        """Let an order fail, or take back what it did.

        What a reversed deposit brought may be spent: the balance is negative then.
        """
        if order.status == REJECTED:
            return
        if order.status == APPROVED:
            if order.operation != DEPOSIT:
                raise refused(409, "The order is done.")
            self._books.debit(order.user_id, order.to_symbol, order.to_amount)
        if order.taken_symbol is not None:
            self._books.credit(order.user_id, order.taken_symbol, order.taken)
        order.status = REJECTED
        self._tell(order)

    def work(self, *, force: bool = False) -> None:
        """Let time do its work: sales end, and what was not confirmed expires.

        :param force: carry out all sales, whenever they are due.
        """
        books, now = self._books, self._books.clock.now()
        self._sales = [order for order in self._sales if order.is_open]
        for order in self._sales:
            level = books.users.get(order.user_id).kyc.level
            is_due = order.due is not None and order.due <= now
            is_wanted = books.settings.completes_sales and level >= order.kyc_level
            is_waiting = order.status == PAYMENT_WAITING
            if is_waiting and (force or (is_due and is_wanted)):
                self.approve(order)
        open_ones = (AVAILABLE, PENDING)
        self._perishables = [p for p in self._perishables if p.status in open_ones]
        for record in self._perishables:
            if record.expires_at <= now:
                record.status = EXPIRED

    def _forward(self, order: Order) -> None:
        """Send bought coins on to the wallet that was named with them."""
        child = self.open_order(
            order.user_id,
            order.kind,
            WITHDRAW,
            from_symbol=order.to_symbol,
            from_amount=order.to_amount,
            rate=order.rate,
            to_symbol=order.to_symbol,
            to_amount=order.to_amount,
            status=PAYMENT_WAITING,
            wallet=order.wallet,
            parent_id=order.id,
            platform_id=order.platform_id,
            taken_symbol=order.to_symbol,
            taken=order.to_amount,
        )
        order.child_id = child.id
        self.approve(child)
        order.tx_id = child.tx_id

    def _send(self, order: Order) -> None:
        """Let coins leave; at an address of the provider's they arrive."""
        books = self._books
        asset = books.market.assets[order.to_symbol]
        order.tx_id = make_transaction_id(asset.chain, order.id)
        try:
            target = books.address_of(order.wallet or "")
        except ApiError:
            return
        target.is_used = True
        arrival = self.open_order(
            target.user_id,
            asset.kind,
            DEPOSIT,
            from_symbol=None,
            from_amount=Decimal(0),
            rate=Decimal(0),
            to_symbol=asset.symbol,
            to_amount=order.to_amount,
            status=PAYMENT_WAITING,
            wallet=target.address,
            tx_id=order.tx_id,
        )
        self.approve(arrival)

    def _tell(self, order: Order) -> None:
        user = self._books.users.get(order.user_id)
        state = "approved" if order.status == APPROVED else "rejected"
        self._books.notify(user, "order", f"order_{state}", order)
        if self.on_status is not None:
            self.on_status(order)
