"""Transfers of coins between users."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from .amounts import cut, minus, share
from .books import Books, new_id, new_public_id
from .errors import refused, unable
from .market import Asset
from .people import User
from .records import (
    COMPLETED,
    DEPOSIT,
    PAYMENT_WAITING,
    PENDING,
    WITHDRAW,
    Order,
    Transfer,
)
from .trading import Desk

_LIFE = timedelta(seconds=180)


class Courier:
    """Carries transfers out. Whoever calls a method holds the books' lock."""

    def __init__(self, books: Books, desk: Desk) -> None:
        self._books = books
        self._desk = desk

    def open(
        self, by: User, sender: User, target: User, asset: Asset, amount: Decimal
    ) -> Transfer:
        """Keep a transfer, which moves nothing yet.

        :raises ApiError: when it would go nowhere.
        """
        if sender.id == target.id or not by.can_trade:
            raise unable()
        percent = self._books.market.percents["transfer"]
        made = self._books.transfers.add(
            Transfer(
                id=new_id(),
                public_id=new_public_id(),
                kind=asset.kind,
                symbol=asset.symbol,
                amount=amount,
                total=cut(minus(amount, share(amount, percent))),
                percent=percent,
                by_user_id=by.id,
                from_user_id=sender.id,
                to_user_id=target.id,
                created_at=self._books.clock.now(),
                life=_LIFE,
            )
        )
        self._desk.watch(made)
        return made

    def confirm(self, transfer: Transfer, wallet: str | None) -> None:
        """Move the coins.

        :raises ApiError: when it is over or done, or the balance is too low.
        """
        if transfer.status != PENDING:
            raise refused(403, f"This transfer is {transfer.status}.")
        taken = self._order(transfer, transfer.from_user_id, WITHDRAW, None)
        brought = self._order(transfer, transfer.to_user_id, DEPOSIT, wallet)
        transfer.from_order_id, transfer.to_order_id = taken.id, brought.id
        transfer.status = COMPLETED

    def _order(
        self, transfer: Transfer, user_id: str, operation: str, wallet: str | None
    ) -> Order:
        is_out = operation == WITHDRAW
        made = self._desk.open_order(
            user_id,
            transfer.kind,
            operation,
            from_symbol=transfer.symbol if is_out else None,
            from_amount=transfer.amount if is_out else Decimal(0),
            rate=Decimal(0),
            to_symbol=transfer.symbol,
            to_amount=transfer.total,
            status=PAYMENT_WAITING,
            wallet=wallet,
            percent=transfer.percent,
            commission=minus(transfer.amount, transfer.total),
            transfer_id=transfer.id,
            taken_symbol=transfer.symbol if is_out else None,
            taken=transfer.amount if is_out else Decimal(0),
        )
        self._desk.approve(made)
        return made
