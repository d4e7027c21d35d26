"""Detection: looking at a batch of invoices in as few calls as the API allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from checkout_kit import (
    Clock,
    DetectionReport,
    InputError,
    Invoice,
    InvoiceSnapshot,
    ProviderAuthError,
    ProviderError,
    ProviderProtocolError,
    ProviderRateLimited,
    ProviderTimeout,
    ProviderUnavailable,
    ProviderUnreachable,
    UnmatchedDeposit,
)
from checkout_kit_coinqvest.answers import CheckoutObject
from checkout_kit_coinqvest.client import PAGE_SIZE, CoinqvestClient
from checkout_kit_coinqvest.config import CoinqvestSettings
from checkout_kit_coinqvest.observing import checkout_ids, observe, state_text

_MAX_PAGES = 40
# Pages overlap: an item may leave the list while it is read.
_PAGE_OVERLAP = 10
# From so many checkouts on, a page of GET /checkouts costs less than a call for each.
_MANY = 4
# After so many outages in one batch the rest is left for later.
_MAX_OUTAGES = 2


@dataclass(slots=True)
class _Walk:
    """What GET /payments showed, back to a moment."""

    states: dict[str, dict[str, str]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    #: Everything newer was seen; None: everything was.
    back_to: datetime | None = None

    def covers(self, since: datetime) -> bool:
        return self.back_to is None or self.back_to <= since

    def has_news(self, invoice: Invoice) -> bool:
        known = {p.external_id: p.details.get("state") for p in invoice.payments}
        for checkout_id in checkout_ids(invoice):
            if checkout_id in self.broken:
                return True
            for payment_id, state in self.states.get(checkout_id, {}).items():
                if known.get(payment_id) != state:
                    return True
        return False


@dataclass(slots=True)
class _Look:
    """The results of one batch so far."""

    snapshots: dict[str, InvoiceSnapshot] = field(default_factory=dict)
    unmatched: dict[str, UnmatchedDeposit] = field(default_factory=dict)
    errors: list[ProviderError] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        """Whether further calls would only fail as well."""
        outages = [
            error
            for error in self.errors
            if isinstance(
                error, (ProviderTimeout, ProviderUnreachable, ProviderUnavailable)
            )
        ]
        return len(outages) >= _MAX_OUTAGES or any(
            isinstance(error, (ProviderAuthError, ProviderRateLimited))
            for error in self.errors
        )


class PaymentDetector:
    """Finds payments for invoices.

    Fresh invoices are looked at themselves, for only their checkout tells that a
    deposit is on its way. For all others one walk through the account's payments tells
    which have news.
    """

    def __init__(
        self, client: CoinqvestClient, settings: CoinqvestSettings, clock: Clock
    ) -> None:
        self._client = client
        self._settings = settings
        self._clock = clock

    def detect(self, invoices: Sequence[Invoice]) -> DetectionReport:
        """Look at a batch; an invoice that could not be looked at is left out.

        :raises ProviderError: if none of them could.
        """
        now = self._clock.now()
        look = _Look()
        fresh = [i for i in invoices if self._is_fresh(i, now)]
        self._look_at(fresh, look)
        others = [i for i in invoices if not self._is_fresh(i, now)]
        if others and not look.is_over:
            self._look_through(others, look)
        if look.errors and not look.snapshots:
            raise look.errors[0]
        return DetectionReport(look.snapshots, tuple(look.unmatched.values()))

    def _is_fresh(self, invoice: Invoice, now: datetime) -> bool:
        until = max(invoice.expires_at, invoice.created_at + self._settings.fresh)
        return invoice.is_urgent or invoice.seen or now <= until

    def _since(self, invoice: Invoice) -> datetime:
        return (invoice.checked_at or invoice.created_at) - self._settings.overlap

    def _look_through(self, invoices: Sequence[Invoice], look: _Look) -> None:
        try:
            walk = self._walk(min(self._since(invoice) for invoice in invoices))
        except ProviderError as err:
            look.errors.append(err)
            return
        news = []
        for invoice in invoices:
            if walk.has_news(invoice) or not walk.covers(self._since(invoice)):
                news.append(invoice)
            else:
                look.snapshots[invoice.id] = InvoiceSnapshot(
                    seen=invoice.seen,
                    provider_state=invoice.provider_state,
                    is_complete=False,
                )
        self._look_at(news, look)

    def _look_at(self, invoices: Sequence[Invoice], look: _Look) -> None:
        listed = self._list_if_many(invoices, look)
        for invoice in invoices:
            if look.is_over:
                return
            try:
                checkouts = [
                    listed.get(checkout_id) or self._client.get_checkout(checkout_id)
                    for checkout_id in checkout_ids(invoice)
                ]
            except ProviderError as err:
                look.errors.append(err)
                continue
            try:
                snapshot, unmatched = observe(
                    invoice, checkouts, self._settings.credit_issuers
                )
            except InputError as err:
                # What no payment can be must not keep the others of the batch out.
                problem = f"a payment is unusable: {err.problem}"
                look.errors.append(ProviderProtocolError(invoice.provider, problem))
                continue
            look.snapshots[invoice.id] = snapshot
            look.unmatched.update((item.external_id, item) for item in unmatched)

    def _list_if_many(
        self, invoices: Sequence[Invoice], look: _Look
    ) -> Mapping[str, CheckoutObject]:
        if sum(len(checkout_ids(invoice)) for invoice in invoices) < _MANY:
            return {}
        try:
            page = self._client.list_checkouts(PAGE_SIZE)
        except ProviderError as err:
            look.errors.append(err)
            return {}
        return {checkout.id: checkout for checkout in page.checkouts}

    def _walk(self, since: datetime) -> _Walk:
        """Read the account's payments from the newest back to a moment."""
        walk = _Walk()
        seen: set[str] = set()
        offset = 0
        for _ in range(_MAX_PAGES):
            page = self._client.list_payments(PAGE_SIZE, offset)
            for payment in page.payments:
                states = walk.states.setdefault(payment.checkout_id or "", {})
                # The first one read is the newer one.
                states.setdefault(payment.id, state_text(payment))
            walk.broken.update(b.checkout_id for b in page.broken if b.checkout_id)
            times = [payment.timestamp for payment in page.payments]
            ids = {payment.id for payment in page.payments}
            is_end = page.length == 0 or (
                page.count is not None and offset + page.length >= page.count
            )
            # The document's own list is not quite in order, so the newest counts.
            if is_end or (times and max(times) < since):
                return walk
            if not ids - seen and not page.broken:
                break
            seen |= ids
            walk.back_to = max(times) if times else walk.back_to
            offset += max(page.length - _PAGE_OVERLAP, 1)
        return walk
