"""Ports: what the services need from storage, plugins and the shop, as Protocols."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol

from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.event import Event, EventEntry
from checkout_kit.domain.invoice import (
    Invoice,
    InvoiceSnapshot,
    InvoiceStatus,
    UnmatchedDeposit,
)
from checkout_kit.domain.money import Money
from checkout_kit.domain.payment import Payment
from checkout_kit.domain.quote import Quote
from checkout_kit.domain.settlement import SettlementOrder
from checkout_kit.domain.states import CheckoutState

# What each method does is told where it is done, in ``checkout_kit/storage``.


class CheckoutRows(Protocol):
    """Checkouts in a transaction."""

    def add(
        self, checkout: Checkout, *, idempotency_key: str | None, fingerprint: str
    ) -> bool: ...
    def get(
        self, store_id: str, checkout_id: str, now: datetime
    ) -> Checkout | None: ...
    def find_by_token(self, token: str, now: datetime) -> Checkout | None: ...
    def find_by_id(self, checkout_id: str, now: datetime) -> Checkout | None: ...
    def find_all(self, ids: Iterable[str], now: datetime) -> Sequence[Checkout]: ...
    def lock(self, checkout_id: str, now: datetime) -> Checkout | None: ...
    def lock_all(self, ids: Iterable[str], now: datetime) -> Sequence[Checkout]: ...
    def find_key(
        self, store_id: str, idempotency_key: str
    ) -> tuple[str, str] | None: ...
    def list(
        self, store_id: str, now: datetime, *, limit: int, offset: int
    ) -> Sequence[Checkout]: ...
    def announced(
        self, checkout_ids: Iterable[str]
    ) -> Mapping[str, tuple[CheckoutState, bool]]: ...
    def save_marks(self, checkout: Checkout) -> None: ...
    def save_announced(
        self, announced: Sequence[tuple[Checkout, datetime | None]]
    ) -> None: ...
    def due_for_change(self, now: datetime, *, limit: int) -> Sequence[str]: ...


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
    def can_make_due(
        self, checkout_id: str, now: datetime, *, not_checked_since: datetime
    ) -> bool: ...


class PaymentRows(Protocol):
    """Payments in a transaction."""

    def find(
        self, provider: str, external_ids: Iterable[str]
    ) -> Mapping[tuple[str, str], Payment]: ...
    def add_all(self, payments: Sequence[tuple[str, Payment]]) -> None: ...
    def save(self, store_id: str, payment: Payment) -> None: ...


class QuoteRows(Protocol):
    """Quotes in a transaction."""

    def replace(
        self, store_id: str, checkout_id: str, provider: str, quotes: Sequence[Quote]
    ) -> None: ...
    def remove(self, checkout_id: str, provider: str) -> None: ...
    def live(
        self, checkout_id: str, amount_due: Money, now: datetime
    ) -> Sequence[Quote]: ...


class EventRows(Protocol):
    """The event log and its deliveries in a transaction."""

    def append_all(self, entries: Sequence[EventEntry]) -> None: ...
    def is_due(self, checkout_id: str, now: datetime) -> bool: ...
    def known_keys(self, once_keys: Iterable[str]) -> set[str]: ...
    def of_checkout(self, store_id: str, checkout_id: str) -> Sequence[Event]: ...
    def undispatched(
        self, *, limit: int, checkout_id: str | None = None
    ) -> Sequence[Event]: ...
    def dispatch(
        self, event: Event, subscribers: Sequence[str], now: datetime
    ) -> None: ...
    def claim_deliveries(
        self,
        now: datetime,
        *,
        limit: int,
        seconds: int,
        checkout_id: str | None = None,
    ) -> Sequence[tuple[Event, str, int]]: ...
    def take_delivery(self, sequence: int, subscriber: str) -> bool: ...
    def postpone_delivery(
        self,
        sequence: int,
        subscriber: str,
        *,
        problem: str,
        next_attempt_at: datetime | None,
    ) -> None: ...


class SettlementRows(Protocol):
    """Settlement orders in a transaction."""

    def add(
        self,
        store_id: str,
        checkout_id: str,
        order: SettlementOrder,
        *,
        next_attempt_at: datetime,
    ) -> None: ...
    def of_checkout(self, checkout_id: str) -> Sequence[SettlementOrder]: ...
    def claim_due(
        self, now: datetime, *, limit: int, seconds: int
    ) -> Sequence[SettlementOrder]: ...
    def start(self, order: SettlementOrder) -> bool: ...
    def save(
        self, order: SettlementOrder, *, next_attempt_at: datetime | None
    ) -> None: ...
    def stop_unsent(self, checkout_id: str) -> int: ...


class OperationRows(Protocol):
    """Operation steps in a transaction."""

    def recall(self, key: str, step: str) -> Mapping[str, Any] | None: ...
    def record(
        self, key: str, step: str, data: Mapping[str, Any], now: datetime
    ) -> None: ...


class InboxRows(Protocol):
    """Webhooks and unmatched deposits in a transaction."""

    def remember_webhook(self, provider: str, digest: str, now: datetime) -> bool: ...
    def forget_webhooks(self, before: datetime) -> int: ...
    def add_unmatched(
        self, store_id: str, provider: str, deposit: UnmatchedDeposit, now: datetime
    ) -> bool: ...
    def list_unmatched(
        self, store_id: str, *, limit: int = 250, offset: int = 0
    ) -> Sequence[UnmatchedDeposit]: ...


class HealthRows(Protocol):
    """The kit's own health in a transaction."""

    def note_breaker(
        self, provider: str, *, is_open: bool, problem: str | None, now: datetime
    ) -> None: ...
    def breakers(self) -> Sequence[tuple[str, bool, datetime, str | None]]: ...
    def hold_lease(self, name: str, token: str, *, seconds: int) -> bool: ...
    def installation_id(self, now: datetime) -> str: ...


class UnitOfWork(Protocol):
    """One transaction; nothing is kept without a commit."""

    @property
    def checkouts(self) -> CheckoutRows: ...
    @property
    def invoices(self) -> InvoiceRows: ...
    @property
    def payments(self) -> PaymentRows: ...
    @property
    def quotes(self) -> QuoteRows: ...
    @property
    def events(self) -> EventRows: ...
    @property
    def settlements(self) -> SettlementRows: ...
    @property
    def operations(self) -> OperationRows: ...
    @property
    def inbox(self) -> InboxRows: ...
    @property
    def health(self) -> HealthRows: ...
    def commit(self) -> None: ...


class UnitOfWorkFactory(Protocol):
    """Opens transactions."""

    def read(self) -> AbstractContextManager[UnitOfWork]: ...
    def write(self) -> AbstractContextManager[UnitOfWork]: ...
    def join(self, *, write: bool = True) -> AbstractContextManager[UnitOfWork]: ...


class ProviderCall(Protocol):
    """A provider call under way."""

    def wait(self, seconds: float) -> Any: ...


class Providers(Protocol):
    """The app's plugins, each called alone."""

    @property
    def names(self) -> Sequence[str]: ...
    @property
    def payment_providers(self) -> Sequence[str]: ...
    def supports(self, provider: str, hook: str) -> bool: ...
    def subscribers(self, hook: str) -> Sequence[str]: ...
    def broadcast_to(self, name: str, hook: str, **arguments: Any) -> None: ...
    def call(
        self,
        provider: str,
        hook: str,
        *,
        deadline: float,
        then: Callable[[Any], Any] | None = None,
        **arguments: Any,
    ) -> Any: ...
    def call_here(self, provider: str, hook: str, **arguments: Any) -> Any: ...
    def start(
        self,
        provider: str,
        hook: str,
        *,
        then: Callable[[Any], Any] | None = None,
        **arguments: Any,
    ) -> ProviderCall: ...


class HandlerRunner(Protocol):
    """Runs a shop's event handler and marks its delivery, together if it can."""

    def run(
        self, event: Event, subscriber: str, handler: Callable[[Event, Any], object]
    ) -> None: ...
