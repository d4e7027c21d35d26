"""Invoices as they are kept, with their payments and their turn to be looked at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timezone
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select, update

from checkout_kit.domain.invoice import Invoice, InvoiceSnapshot, InvoiceStatus
from checkout_kit.storage import tables
from checkout_kit.storage.invoice_rows import invoice_from_row, invoice_to_row
from checkout_kit.storage.invoice_statements import (
    BY_ID,
    BY_REFERENCE,
    CAN_MAKE_DUE,
    CHECKED,
    CLAIM,
    CLAIM_OF_CHECKOUT,
    DUE_AGAIN,
    OF_CHECKOUTS,
    OPEN_LATER,
    SCHEDULE,
    SNAPSHOT,
    UNCHECKED,
)
from checkout_kit.storage.payments import payments_of

_INVOICE = tables.invoice
_NEVER = datetime(1, 1, 2, tzinfo=timezone.utc)
_FOREVER = datetime(9999, 12, 30, tzinfo=timezone.utc)


class InvoiceStore:
    """Reads and writes invoices."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self, invoice: Invoice, *, store_id: str, next_check_at: datetime | None
    ) -> None:
        """Write a new invoice down."""
        self._connection.execute(
            _INVOICE.insert().values(
                store_id=store_id,
                next_check_at=next_check_at,
                **invoice_to_row(invoice),
            )
        )

    def save(self, invoice: Invoice, *, next_check_at: datetime | None) -> None:
        """Write what changed; the check's own columns are written by the check."""
        row = invoice_to_row(invoice)
        for name in ("check_no", "snapshot_no"):
            row.pop(name)
        self._connection.execute(
            update(_INVOICE)
            .where(_INVOICE.c.id == invoice.id)
            .values(next_check_at=next_check_at, claim_until=0, **row)
        )

    def fail(self, invoice_id: str, problem: str) -> None:
        """Note that the provider will never make this invoice."""
        self._connection.execute(
            update(_INVOICE)
            .where(_INVOICE.c.id == invoice_id)
            .values(
                status=InvoiceStatus.FAILED.value,
                problem=problem[:1000],
                next_check_at=None,
                claim_until=0,
            )
        )

    def get(self, invoice_id: str) -> Invoice | None:
        """Read one invoice with its payments."""
        return next(iter(self._read(BY_ID, wanted=[invoice_id])), None)

    def of_checkouts(self, checkout_ids: Sequence[str]) -> dict[str, list[Invoice]]:
        """Read the invoices of several checkouts, oldest first."""
        result: dict[str, list[Invoice]] = {}
        for invoice in self._read(OF_CHECKOUTS, wanted=list(checkout_ids)):
            result.setdefault(invoice.checkout_id, []).append(invoice)
        return result

    def by_references(
        self, provider: str, references: Sequence[str]
    ) -> Sequence[Invoice]:
        """Find a provider's invoices by the provider's own ids."""
        return self._read(BY_REFERENCE, provider=provider, wanted=list(references))

    def claim_due(
        self,
        now: datetime,
        *,
        status: InvoiceStatus,
        limit: int,
        seconds: int,
        checkout_id: str | None = None,
    ) -> list[Invoice]:
        """Take the due invoices that nobody else is busy with, for some seconds.

        Each gets the number of its next check, so that answers can be put in order.
        """
        told = {"due_at": now, "due_status": status.value}
        claim = CLAIM
        if checkout_id is not None:
            claim, told["of_checkout"] = CLAIM_OF_CHECKOUT, checkout_id
        keys = claim.take(self._connection, limit=limit, seconds=seconds, **told)
        return self._read(BY_ID, wanted=[key[0] for key in keys]) if keys else []

    def record_checks(
        self,
        checks: Sequence[tuple[Invoice, InvoiceSnapshot]],
        *,
        checked_at: datetime,
    ) -> None:
        """Take snapshots' own facts in, unless newer ones were taken in before."""
        self._lock(_INVOICE.c.id.in_([invoice.id for invoice, _ in checks]))
        # Statements with the same columns run as one batch.
        batches: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for invoice, snapshot in checks:
            values: dict[str, Any] = {}
            if snapshot.is_complete:
                values["snapshot_no"] = invoice.check_no
            if snapshot.is_complete or snapshot.seen:
                values["seen"] = snapshot.seen
            if snapshot.is_complete or snapshot.wants_proof:
                values["wants_proof"] = snapshot.wants_proof
            if snapshot.provider_state is not None:
                values["provider_state"] = snapshot.provider_state[:200]
            if values:
                batches.setdefault(tuple(values), []).append(
                    {"wanted": invoice.id, "ticket": invoice.check_no, **values}
                )
        for names, rows in batches.items():
            statement = SNAPSHOT.values({name: bindparam(name) for name in names})
            self._connection.execute(statement, rows)
        if checks:
            self._connection.execute(
                CHECKED,
                [{"wanted": i.id, "checked_at": checked_at} for i, _ in checks],
            )

    def schedule(
        self,
        invoice_id: str,
        *,
        next_check_at: datetime | None,
        failures: int,
        is_urgent: bool = False,
    ) -> None:
        """Say when an invoice is looked at next, and let go of its claim.

        If it was made due again meanwhile that stands, unless the check has failed.
        """
        latest = next_check_at or _FOREVER
        self._connection.execute(
            SCHEDULE,
            {
                "wanted": invoice_id,
                "next_check_at": next_check_at,
                "unless_before": _NEVER if failures else latest,
                "failures": failures,
                "is_urgent": is_urgent,
            },
        )

    def failures(self, invoice_id: str) -> int:
        """How many checks in a row went wrong."""
        row = self._connection.execute(
            select(_INVOICE.c.failures).where(_INVOICE.c.id == invoice_id)
        ).first()
        return row[0] if row else 0

    def make_due(
        self,
        now: datetime,
        *,
        invoice_ids: Iterable[str] | None = None,
        checkout_id: str | None = None,
        not_checked_since: datetime | None = None,
    ) -> int:
        """Have invoices looked at now, unless that was done a moment ago.

        :return: how many are due now.
        """
        where = OPEN_LATER
        if invoice_ids is not None:
            where &= _INVOICE.c.id.in_(list(invoice_ids))
        if checkout_id is not None:
            where &= _INVOICE.c.checkout_id == checkout_id
        wanted = {"now": now}
        if not_checked_since is not None:
            where &= UNCHECKED
            wanted["since"] = not_checked_since
        ids = self._lock(where, **wanted)
        if ids:
            self._connection.execute(
                update(_INVOICE)
                .where(_INVOICE.c.id.in_(ids))
                .values(next_check_at=now, is_urgent=True)
            )
        return len(ids)

    def make_due_again(self, invoice_id: str, due_at: datetime) -> None:
        """Have an invoice that is being looked at looked at once more after that."""
        self._connection.execute(DUE_AGAIN, {"wanted": invoice_id, "due_at": due_at})

    def can_make_due(
        self, checkout_id: str, now: datetime, *, not_checked_since: datetime
    ) -> bool:
        """Whether :meth:`make_due` would change an invoice of this checkout."""
        wanted = {"wanted": checkout_id, "now": now, "since": not_checked_since}
        return self._connection.execute(CAN_MAKE_DUE, wanted).first() is not None

    def _lock(self, where: Any, **wanted: Any) -> list[str]:
        """Lock rows in the order of their ids, as everybody does: no deadlock."""
        query = select(_INVOICE.c.id).where(where).order_by(_INVOICE.c.id)
        # Payments that refer to the invoice need not wait: its key stays.
        locking = query.with_for_update(key_share=True)
        rows = self._connection.execute(locking, wanted)
        return [row[0] for row in rows]

    def _read(self, query: Select[Any], **wanted: Any) -> list[Invoice]:
        rows = self._connection.execute(query, wanted).all()
        payments = payments_of(self._connection, [row.id for row in rows])
        return [
            invoice_from_row(row._mapping, payments.get(row.id, ())) for row in rows
        ]
