"""Payments as they are kept: one row for each deposit of a provider."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from checkout_kit.domain.payment import Payment, PaymentPlace, PaymentStatus
from checkout_kit.storage import tables
from checkout_kit.storage.forms import (
    money_columns,
    money_from_columns,
    optional_money,
)

_PAYMENT = tables.payment
# Built once: building a statement takes longer than running it.
_OF_INVOICES = (
    select(_PAYMENT)
    .where(_PAYMENT.c.invoice_id.in_(bindparam("wanted", expanding=True)))
    .order_by(_PAYMENT.c.received_at, _PAYMENT.c.external_id)
)
_REPORTED = select(_PAYMENT).where(
    (_PAYMENT.c.provider == bindparam("provider"))
    & _PAYMENT.c.external_id.in_(bindparam("wanted", expanding=True))
)
_PLACES = select(tables.invoice.c.checkout_id, _PAYMENT.c.id).join(
    tables.invoice, tables.invoice.c.id == _PAYMENT.c.invoice_id
)


class PaymentStore:
    """Reads and writes payments, each unique by provider and external id."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(
        self, provider: str, external_ids: Iterable[str]
    ) -> dict[tuple[str, str], Payment]:
        """Read payments of a provider, each by its store and its external id."""
        wanted = {"provider": provider, "wanted": list(external_ids)}
        return {
            (row.store_id, row.external_id): payment_from_row(row._mapping)
            for row in self._connection.execute(_REPORTED, wanted)
        }

    def find_id(self, store_id: str, payment_id: str) -> PaymentPlace | None:
        """Where a payment of a store is found."""
        row = self._connection.execute(
            _PLACES.where(
                (_PAYMENT.c.store_id == store_id) & (_PAYMENT.c.id == payment_id)
            )
        ).first()
        return PaymentPlace(*row) if row else None

    def places(
        self, store_id: str, *, limit: int, offset: int
    ) -> Sequence[PaymentPlace]:
        """Where a page of a store's payments is found, newest first."""
        rows = self._connection.execute(
            _PLACES.where(_PAYMENT.c.store_id == store_id)
            .order_by(_PAYMENT.c.received_at.desc(), _PAYMENT.c.id.desc())
            .limit(limit)
            .offset(offset)
        )
        return [PaymentPlace(*row) for row in rows]

    def count(self, store_id: str) -> int:
        """How many payments a store has."""
        return self._connection.execute(
            select(func.count())
            .select_from(_PAYMENT)
            .where(_PAYMENT.c.store_id == store_id)
        ).scalar_one()

    def add_all(self, payments: Sequence[tuple[str, Payment]]) -> None:
        """Write payments seen for the first time, each with its store."""
        if payments:
            self._connection.execute(
                _PAYMENT.insert(),
                [
                    {"store_id": store_id, **_to_row(payment)}
                    for store_id, payment in payments
                ],
            )

    def save(self, store_id: str, payment: Payment) -> None:
        """Write a payment's merged reports."""
        row = _to_row(payment)
        where = _is(store_id, row.pop("provider"), row.pop("external_id"))
        self._connection.execute(_PAYMENT.update().where(where).values(**row))


def payments_of(
    connection: Connection, invoice_ids: Sequence[str]
) -> dict[str, list[Payment]]:
    """Read the payments of several invoices, in the order in which they came."""
    result: dict[str, list[Payment]] = {}
    if not invoice_ids:
        return result
    rows = connection.execute(_OF_INVOICES, {"wanted": list(invoice_ids)})
    for row in rows:
        payment = payment_from_row(row._mapping)
        result.setdefault(payment.invoice_id, []).append(payment)
    return result


def payment_from_row(row: Mapping[Any, Any]) -> Payment:
    """Read a row."""
    amount = money_from_columns(row["amount"], row["currency"])
    return Payment(
        provider=row["provider"],
        external_id=row["external_id"],
        invoice_id=row["invoice_id"],
        amount=amount,
        status=PaymentStatus(row["status"]),
        received_at=row["received_at"],
        ticket=row["ticket"],
        credited=optional_money(row["credited"], row["credited_currency"]),
        peak_confirmed=optional_money(row["peak_confirmed"], row["currency"]),
        transaction_id=row["transaction_id"],
        details=row["details"],
    )


def _to_row(payment: Payment) -> dict[str, Any]:
    peak = payment.peak_confirmed
    return {
        "provider": payment.provider,
        "id": payment.id,
        "external_id": payment.external_id,
        "invoice_id": payment.invoice_id,
        **money_columns(payment.amount, "amount", "currency"),
        **money_columns(payment.credited, "credited", "credited_currency"),
        "peak_confirmed": peak.to_text() if peak is not None else None,
        "status": payment.status.value,
        "received_at": payment.received_at,
        "ticket": payment.ticket,
        "transaction_id": payment.transaction_id,
        "details": dict(payment.details),
    }


def _is(store_id: str, provider: str, external_id: str) -> Any:
    return (
        (_PAYMENT.c.store_id == store_id)
        & (_PAYMENT.c.provider == provider)
        & (_PAYMENT.c.external_id == external_id)
    )
