"""Settlement orders as they are kept: an intent first, the result after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, or_, select, update

from checkout_kit.domain.settlement import (
    Settlement,
    SettlementOrder,
    SettlementStatus,
)
from checkout_kit.storage import tables
from checkout_kit.storage.claims import Claim
from checkout_kit.storage.forms import (
    money_columns,
    money_from_columns,
    optional_money,
)

_SETTLEMENT = tables.settlement
_CLAIM = Claim(
    _SETTLEMENT,
    _SETTLEMENT.c.next_attempt_at.is_not(None)
    & (_SETTLEMENT.c.next_attempt_at <= bindparam("due_at")),
    order=_SETTLEMENT.c.next_attempt_at,
)


class SettlementStore:
    """Reads and writes settlement orders."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self,
        store_id: str,
        checkout_id: str,
        order: SettlementOrder,
        *,
        next_attempt_at: datetime,
    ) -> None:
        """Write a new order down, before anybody is asked to carry it out."""
        self._connection.execute(
            _SETTLEMENT.insert().values(
                store_id=store_id,
                checkout_id=checkout_id,
                invoice_id=order.invoice_id,
                sequence=order.sequence,
                plugin=order.plugin,
                **money_columns(order.amount, "amount", "currency"),
                status=order.status.value,
                created_at=order.created_at,
                next_attempt_at=next_attempt_at,
            )
        )

    def of_checkout(self, checkout_id: str) -> Sequence[SettlementOrder]:
        """The orders of one checkout, by invoice and sequence."""
        return self._read(_SETTLEMENT.c.checkout_id == checkout_id)

    def of_checkouts(
        self, checkout_ids: Sequence[str]
    ) -> Mapping[str, Sequence[SettlementOrder]]:
        """The orders of several checkouts, by checkout."""
        rows = self._connection.execute(
            select(_SETTLEMENT)
            .where(_SETTLEMENT.c.checkout_id.in_(checkout_ids))
            .order_by(_SETTLEMENT.c.invoice_id, _SETTLEMENT.c.sequence)
        )
        found: dict[str, list[SettlementOrder]] = {}
        for row in rows:
            found.setdefault(row.checkout_id, []).append(_from_row(row._mapping))
        return found

    def claim_due(
        self, now: datetime, *, limit: int, seconds: int
    ) -> Sequence[SettlementOrder]:
        """Take the orders whose turn it is."""
        keys = _CLAIM.take(self._connection, limit=limit, seconds=seconds, due_at=now)
        if not keys:
            return []
        return self._read(or_(*(_is(key[0], key[1]) for key in keys)))

    def save(self, order: SettlementOrder, *, next_attempt_at: datetime | None) -> None:
        """Write how far an order has come, and let go of its claim."""
        result = order.result
        self._connection.execute(
            update(_SETTLEMENT)
            .where(_is(order.invoice_id, order.sequence))
            .values(
                status=order.status.value,
                attempts=order.attempts,
                problem=order.problem[:1000] if order.problem else None,
                next_attempt_at=next_attempt_at,
                claim_until=0,
                **_result_columns(result),
            )
        )

    def start(self, order: SettlementOrder) -> bool:
        """Note that the plugin is asked from now on; False if it may not be any more.

        An order stopped by a reversal in the meantime is not sent.
        """
        return bool(
            self._connection.execute(
                update(_SETTLEMENT)
                .where(
                    _is(order.invoice_id, order.sequence)
                    & _SETTLEMENT.c.status.in_(
                        [
                            SettlementStatus.INTENDED.value,
                            SettlementStatus.SENT.value,
                            SettlementStatus.UNKNOWN.value,
                        ]
                    )
                )
                .values(
                    status=SettlementStatus.SENT.value,
                    attempts=_SETTLEMENT.c.attempts + 1,
                )
            ).rowcount
        )

    def stop_unsent(self, checkout_id: str) -> int:
        """Stop the orders that were never sent: their payment was reversed."""
        return self._connection.execute(
            update(_SETTLEMENT)
            .where(
                (_SETTLEMENT.c.checkout_id == checkout_id)
                & (_SETTLEMENT.c.status == SettlementStatus.INTENDED.value)
            )
            .values(
                status=SettlementStatus.STOPPED.value,
                next_attempt_at=None,
                problem="the payment was reversed before this was sent",
            )
        ).rowcount

    def _read(self, where: Any) -> list[SettlementOrder]:
        rows = self._connection.execute(
            select(_SETTLEMENT)
            .where(where)
            .order_by(_SETTLEMENT.c.invoice_id, _SETTLEMENT.c.sequence)
        )
        return [_from_row(row._mapping) for row in rows]


def _is(invoice_id: str, sequence: int) -> Any:
    return (_SETTLEMENT.c.invoice_id == invoice_id) & (
        _SETTLEMENT.c.sequence == sequence
    )


def _result_columns(result: Settlement | None) -> dict[str, Any]:
    if result is None:
        return {}
    return {
        "reference": result.reference,
        **money_columns(result.amount, "credited", "credited_currency"),
        **money_columns(result.fee, "fee", "fee_currency"),
        "settled_at": result.settled_at,
        "details": dict(result.details),
    }


def _from_row(row: Mapping[Any, Any]) -> SettlementOrder:
    result = None
    credited = optional_money(row["credited"], row["credited_currency"])
    if row["reference"] is not None and credited is not None:
        result = Settlement(
            reference=row["reference"],
            amount=credited,
            fee=optional_money(row["fee"], row["fee_currency"]),
            settled_at=row["settled_at"],
            details=row["details"] or {},
        )
    return SettlementOrder(
        invoice_id=row["invoice_id"],
        sequence=row["sequence"],
        plugin=row["plugin"],
        amount=money_from_columns(row["amount"], row["currency"]),
        status=SettlementStatus(row["status"]),
        created_at=row["created_at"],
        attempts=row["attempts"],
        result=result,
        problem=row["problem"],
    )
