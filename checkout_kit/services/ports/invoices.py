"""Rows of invoices, payments, and what fits none, in a transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from checkout_kit.domain.invoice import (
    Invoice,
    InvoiceSnapshot,
    InvoiceStatus,
    UnmatchedDeposit,
)
from checkout_kit.domain.payment import Payment, PaymentPlace

# What each method does is told where it is done, in ``checkout_kit/storage``.


class InvoiceRows(Protocol):
    """Invoices in a transaction."""

    def add(
        self, invoice: Invoice, *, store_id: str, next_check_at: datetime | None
    ) -> None: ...
    def save(self, invoice: Invoice, *, next_check_at: datetime | None) -> None: ...
    def fail(self, invoice_id: str, problem: str) -> None: ...
    def get(self, invoice_id: str) -> Invoice | None: ...
    def by_references(
        self, provider: str, references: Sequence[str]
    ) -> Sequence[Invoice]: ...
    def claim_due(
        self,
        now: datetime,
        *,
        status: InvoiceStatus,
        limit: int,
        seconds: int,
        checkout_id: str | None = None,
    ) -> Sequence[Invoice]: ...
    def record_checks(
        self,
        checks: Sequence[tuple[Invoice, InvoiceSnapshot]],
        *,
        checked_at: datetime,
    ) -> None: ...
    def schedule(
        self,
        invoice_id: str,
        *,
        next_check_at: datetime | None,
        failures: int,
        is_urgent: bool = False,
    ) -> None: ...
    def failures(self, invoice_id: str) -> int: ...
    def make_due(
        self,
        now: datetime,
        *,
        invoice_ids: Iterable[str] | None = None,
        checkout_id: str | None = None,
        not_checked_since: datetime | None = None,
    ) -> int: ...
    def make_due_again(self, invoice_id: str, due_at: datetime) -> None: ...
    def can_make_due(
        self, checkout_id: str, now: datetime, *, not_checked_since: datetime
    ) -> bool: ...


class PaymentRows(Protocol):
    """Payments in a transaction."""

    def find(
        self, provider: str, external_ids: Iterable[str]
    ) -> Mapping[tuple[str, str], Payment]: ...
    def find_id(self, store_id: str, payment_id: str) -> PaymentPlace | None: ...
    def places(
        self, store_id: str, *, limit: int, offset: int
    ) -> Sequence[PaymentPlace]: ...
    def count(self, store_id: str) -> int: ...
    def add_all(self, payments: Sequence[tuple[str, Payment]]) -> None: ...
    def save(self, store_id: str, payment: Payment) -> None: ...


class InboxRows(Protocol):
    """Webhooks and unmatched deposits in a transaction."""

    def remember_webhook(self, provider: str, digest: str, now: datetime) -> bool: ...
    def has_webhooks(self, before: datetime) -> bool: ...
    def forget_webhooks(self, before: datetime, *, limit: int) -> int: ...
    def add_unmatched(
        self, store_id: str, provider: str, deposit: UnmatchedDeposit, now: datetime
    ) -> bool: ...
    def list_unmatched(
        self, store_id: str, *, limit: int = 250, offset: int = 0
    ) -> Sequence[UnmatchedDeposit]: ...
    def unmatched_between(
        self, store_id: str, since: datetime, until: datetime
    ) -> Sequence[UnmatchedDeposit]: ...
