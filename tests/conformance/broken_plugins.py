"""Plugins with one mistake each, of the kinds that cost merchants money."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any

from checkout_kit import (
    DetectionReport,
    Invoice,
    InvoiceSnapshot,
    Money,
    NotSupported,
    Operation,
    PaymentObservation,
    PaymentStatus,
    ProviderError,
    ProviderInvoice,
    Quote,
    Settlement,
    WebhookNotice,
    WebhookRefused,
    WebhookRequest,
    hookimpl,
)
from tests.fakes.bench import FakeBench
from tests.fakes.ledger import SECRET, SIGNATURE_HEADER
from tests.fakes.provider import FakeProvider

_COUNTER = itertools.count()
_Change = Callable[[PaymentObservation], PaymentObservation]


class ForgetsKeys(FakeProvider):
    """Makes a new invoice at every attempt."""

    @hookimpl
    def create_invoice(self, quote: Quote, operation: Operation) -> ProviderInvoice:
        """Ignore the key."""
        return self._create(quote.amount, f"{operation.key}#{next(_COUNTER)}")


class SettlesAgain(FakeProvider):
    """Credits the merchant at every attempt."""

    @hookimpl
    def settle_invoice(self, operation: Operation, amount: Money) -> Settlement | None:
        """Ignore the key."""
        return self._ledger.settle(f"{operation.key}#{next(_COUNTER)}", amount)


class TrustsWebhooks(FakeProvider):
    """Believes every webhook."""

    @hookimpl
    def parse_webhook(self, request: WebhookRequest) -> WebhookNotice:
        """Look at nothing."""
        found = re.search(rb"invoice-\d+", request.body)
        return WebhookNotice((found[0].decode(),) if found else ())


class ReadsExtendedWebhooks(FakeProvider):
    """Checks a plain hash of secret and body, and reads whatever it finds there."""

    @hookimpl
    def parse_webhook(self, request: WebhookRequest) -> WebhookNotice:
        """Check the hash, and search."""
        if plain_hash(request.body) != request.headers.get(SIGNATURE_HEADER):
            raise WebhookRefused(self._name, "the signature is wrong")
        found = re.search(rb"invoice-\d+", request.body)
        return WebhookNotice((found[0].decode(),) if found else ())


class _Misreports(FakeProvider):
    """Reports something else than the ledger holds."""

    @hookimpl
    def detect_payments(self, invoices: Sequence[Invoice]) -> DetectionReport:
        """Change each snapshot."""
        report = self._detect(invoices)
        return replace(
            report,
            snapshots={k: self.changed(s) for k, s in report.snapshots.items()},
        )

    def changed(self, snapshot: InvoiceSnapshot) -> InvoiceSnapshot:
        """The snapshot as it is reported."""
        return snapshot


class ConfirmsEarly(_Misreports):
    """Takes every deposit for final."""

    def changed(self, snapshot: InvoiceSnapshot) -> InvoiceSnapshot:
        """Change the status."""
        return _each(snapshot, lambda p: replace(p, status=PaymentStatus.CONFIRMED))


class RenamesDeposits(_Misreports):
    """Gives a deposit another id at every look."""

    def changed(self, snapshot: InvoiceSnapshot) -> InvoiceSnapshot:
        """Change the id."""
        return _each(snapshot, lambda p: replace(p, external_id=f"d{next(_COUNTER)}"))


class ReportsTheLastOnly(_Misreports):
    """Overlooks all deposits but one."""

    def changed(self, snapshot: InvoiceSnapshot) -> InvoiceSnapshot:
        """Drop the others."""
        return replace(snapshot, payments=snapshot.payments[-1:], is_complete=True)


class RoundsAmounts(_Misreports):
    """Reads amounts as it reads floats."""

    def changed(self, snapshot: InvoiceSnapshot) -> InvoiceSnapshot:
        """Lose the last digits."""
        return _each(
            snapshot,
            lambda p: replace(
                p, amount=Money(f"{float(p.amount.amount):.4f}", p.amount.currency)
            ),
        )


class GuessesAmounts(FakeProvider):
    """Takes what it can't read for the full amount."""

    @hookimpl
    def detect_payments(self, invoices: Sequence[Invoice]) -> DetectionReport:
        """Fill in what is missing."""
        report = self._detect(invoices)
        snapshots = dict(report.snapshots)
        for invoice in invoices:
            if snapshots[invoice.id].seen:
                guess = PaymentObservation(
                    f"guess-{invoice.id}", invoice.amount, PaymentStatus.CONFIRMED
                )
                snapshots[invoice.id] = InvoiceSnapshot([guess])
        return replace(report, snapshots=snapshots)


class CreditsAnyAsset(_Misreports):
    """Looks at the number alone."""

    def changed(self, snapshot: InvoiceSnapshot) -> InvoiceSnapshot:
        """Take everything for lumens."""
        return _each(
            snapshot, lambda p: replace(p, amount=Money(p.amount.to_text(), "XLM"))
        )


class CreditsStrays(FakeProvider):
    """Gives money without a memo to whoever waits for some."""

    @hookimpl
    def detect_payments(self, invoices: Sequence[Invoice]) -> DetectionReport:
        """Hand strays to the first invoice."""
        report = self._detect(invoices)
        strays, _ = self._ledger.list_deposits(None)
        found = {**report.snapshots, invoices[0].id: InvoiceSnapshot(strays)}
        return DetectionReport(found)


class DropsStrays(FakeProvider):
    """Says nothing of money that fits no invoice."""

    @hookimpl
    def detect_payments(self, invoices: Sequence[Invoice]) -> DetectionReport:
        """Leave strays out."""
        return replace(self._detect(invoices), unmatched=())


class IgnoresReversals(_Misreports):
    """Keeps what was taken back."""

    def changed(self, snapshot: InvoiceSnapshot) -> InvoiceSnapshot:
        """Call it final."""
        return _each(snapshot, lambda p: replace(p, status=PaymentStatus.CONFIRMED))


class HidesOutages(FakeProvider):
    """Answers something harmless when its provider fails."""

    @hookimpl
    def quote_price(self, payment_methods: Any, amount_due: Money) -> Sequence[Quote]:
        """Offer nothing."""
        try:
            return super().quote_price(payment_methods, amount_due)
        except ProviderError:
            return []

    @hookimpl
    def list_payment_methods(self, currency: Any) -> Any:
        """Offer nothing."""
        try:
            return super().list_payment_methods(currency)
        except ProviderError:
            return []


class ForgetsOldInvoices(FakeProvider):
    """Watches only the newest invoice."""

    @hookimpl
    def detect_payments(self, invoices: Sequence[Invoice]) -> DetectionReport:
        """Look at the last one, and claim that the others have nothing."""
        report = self._detect(invoices[-1:])
        others = {invoice.id: InvoiceSnapshot() for invoice in invoices[:-1]}
        return replace(report, snapshots={**others, **report.snapshots})


class ClaimsNotSupported(FakeProvider):
    """Hides a mistake behind the one excuse that there is."""

    @hookimpl
    def list_payment_methods(self, currency: Any) -> Any:
        """Excuse itself."""
        raise NotSupported("payments")


class PlainHashBench(FakeBench):
    """A fake provider that signs its webhooks as COINQVEST does."""

    def webhooks(self) -> Sequence[WebhookRequest]:
        """Sign with a plain hash."""
        return [
            replace(
                request,
                headers={**request.headers, SIGNATURE_HEADER: plain_hash(request.body)},
            )
            for request in super().webhooks()
        ]


def plain_hash(body: bytes) -> str:
    """The kind of signature that can be extended."""
    return sha256(SECRET + body).hexdigest()


def bench_for(plugin: type) -> FakeBench:
    """A bench that suits a broken plugin."""
    return PlainHashBench() if plugin is ReadsExtendedWebhooks else FakeBench()


def _each(snapshot: InvoiceSnapshot, change: _Change) -> InvoiceSnapshot:
    return replace(snapshot, payments=[change(p) for p in snapshot.payments])
