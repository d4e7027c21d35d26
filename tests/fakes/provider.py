"""The fake provider: a whole plugin on books in memory, for the kit's own tests."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeVar

from marshmallow import Schema, fields, post_load

from checkout_kit import (
    Currency,
    DepositInstructions,
    DetectionReport,
    Invoice,
    InvoiceSnapshot,
    Money,
    NotSupported,
    Operation,
    PaymentMethod,
    PaymentStatus,
    ProviderContext,
    ProviderError,
    ProviderInvoice,
    ProviderProtocolError,
    ProviderRateLimited,
    ProviderRefused,
    ProviderTimeout,
    ProviderUnavailable,
    ProviderUnreachable,
    Quote,
    Settlement,
    UnmatchedDeposit,
    WebhookNotice,
    WebhookRefused,
    WebhookRequest,
    hookimpl,
)
from tests.fakes.faults import RUBBISH, FakeFault, spoil
from tests.fakes.ledger import SIGNATURE_HEADER, FakeLedger, sign

AnswerT = TypeVar("AnswerT")

#: Longer than the deadline that tests of slow providers set.
SLOW_SECONDS = 0.7
#: What a dollar buys; the order is the one on the page.
_PER_DOLLAR = {
    "XLM": Fraction(10),
    "XRP": Fraction(2),
    "BTC": Fraction(1, 50_000),
    "EUR": Fraction(9, 10),
}
_NAMES = {"XLM": "Stellar", "XRP": "XRP Ledger", "BTC": "Bitcoin", "EUR": "Fake Bank"}
_DOLLARS = {"USD": Fraction(1), "EUR": Fraction(10, 9)}
_ADDRESSES = {
    "XLM": "GA47QWN4NHUA6A2ZMQGZUVPPBOVBJKYHZFO4XU7TR2V7BO5KNW4LJE6N",
    "XRP": "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh",
    "BTC": "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
}


@dataclass(frozen=True, slots=True)
class FakeSettings:
    """The settings: the books to work on."""

    ledger: FakeLedger


class FakeSettingsSchema(Schema):
    """Reads the settings."""

    ledger = fields.Raw(required=True)

    @post_load
    def make(self, data: dict[str, Any], **kwargs: Any) -> FakeSettings:
        """Make the settings object."""
        return FakeSettings(**data)


class FakeProvider:
    """A provider that honours every hook's contract, until its ledger says otherwise.

    XLM needs a memo, XRP a tag, BTC neither; EUR redirects.
    """

    settings_schema = FakeSettingsSchema

    def __init__(self, settings: FakeSettings, context: ProviderContext) -> None:
        self._ledger = settings.ledger
        self._name = context.name

    @hookimpl
    def list_payment_methods(self, currency: Currency) -> Sequence[PaymentMethod]:
        """Offer everything for dollars and euros."""
        return self._answer("list_payment_methods", lambda: self._methods(currency))

    @hookimpl
    def quote_price(
        self, payment_methods: Sequence[PaymentMethod], amount_due: Money
    ) -> Sequence[Quote]:
        """Quote at fixed rates."""
        dollars = amount_due.fraction * _DOLLARS[amount_due.currency.code]

        def quote(method: PaymentMethod) -> Quote:
            rate = _PER_DOLLAR[method.currency.code]
            amount = Money.round_up(dollars * rate, method.currency)
            return Quote(method, amount_due, amount, is_firm=True)

        return self._answer("quote_price", lambda: [quote(m) for m in payment_methods])

    @hookimpl
    def create_invoice(self, quote: Quote, operation: Operation) -> ProviderInvoice:
        """Make an invoice, once for each key."""
        return self._answer(
            "create_invoice", lambda: self._create(quote.amount, operation.key)
        )

    @hookimpl
    def detect_payments(self, invoices: Sequence[Invoice]) -> DetectionReport:
        """Read the deposits of each invoice, and those of none."""
        return self._answer("detect_payments", lambda: self._detect(invoices))

    @hookimpl
    def parse_webhook(self, request: WebhookRequest) -> WebhookNotice:
        """Check the signature over the raw body, then read it."""
        return self._answer("parse_webhook", lambda: self._parse(request))

    @hookimpl
    def settle_invoice(self, operation: Operation, amount: Money) -> Settlement | None:
        """Credit the merchant, once for each key.

        Once it was tried, a refusal is no word that nothing was credited.
        """
        was_tried = operation.recall("tried") is not None
        operation.record("tried", {})
        try:
            return self._answer(
                "settle_invoice", lambda: self._ledger.settle(operation.key, amount)
            )
        except ProviderRefused as err:
            if not was_tried:
                raise
            raise ProviderError(self._name, f"in doubt: {err.problem}") from None

    @hookimpl
    def simulate_payment(self, invoice: Invoice, scenario: str) -> bool:
        """Pay as the page's test mode asks."""
        tenth = Money.round_up(invoice.amount.fraction / 10, invoice.amount.currency)
        amounts = {
            "exact": invoice.amount,
            "less": invoice.amount - tenth,
            "more": invoice.amount + tenth,
            "without_memo": invoice.amount,
        }
        if scenario not in amounts:
            raise NotSupported(f"the fake provider can't pay {scenario}")
        reference = None if scenario == "without_memo" else invoice.reference
        self._ledger.deposit(reference, amounts[scenario], PaymentStatus.CONFIRMED)
        return True

    def _methods(self, currency: Currency) -> list[PaymentMethod]:
        if currency.code not in _DOLLARS or not currency.is_fiat:
            return []
        return [
            PaymentMethod(
                self._name,
                Currency.parse(code),
                _NAMES[code],
                network_name=_NAMES[code],
                redirects=code not in _ADDRESSES,
                is_test=True,
            )
            for code in _PER_DOLLAR
            if code != currency.code
        ]

    def _create(self, amount: Money, key: str) -> ProviderInvoice:
        made = self._ledger.create_invoice(key, amount)
        code = made.amount.currency.code
        if code not in _ADDRESSES:
            page = f"https://pay.fake.example/{made.reference}"
            return ProviderInvoice(made.reference, made.amount, redirect_url=page)
        instructions = DepositInstructions(
            address=_ADDRESSES[code],
            amount=made.amount,
            network=_NAMES[code],
            memo=f"fake-{made.number}" if code == "XLM" else None,
            memo_type="text" if code == "XLM" else None,
            destination_tag=made.number if code == "XRP" else None,
        )
        return ProviderInvoice(made.reference, made.amount, instructions)

    def _detect(self, invoices: Sequence[Invoice]) -> DetectionReport:
        snapshots = {}
        for invoice in invoices:
            payments, seen = self._ledger.list_deposits(invoice.reference or "")
            snapshots[invoice.id] = InvoiceSnapshot(payments, seen=seen)
        strays, _ = self._ledger.list_deposits(None)
        return DetectionReport(
            snapshots,
            [
                UnmatchedDeposit(
                    stray.external_id,
                    "no invoice has its memo or tag",
                    stray.amount,
                    stray.received_at,
                )
                for stray in strays
            ],
        )

    def _parse(self, request: WebhookRequest) -> WebhookNotice:
        given = request.headers.get(SIGNATURE_HEADER, "")
        if not hmac.compare_digest(given.encode(), sign(request.body).encode()):
            raise WebhookRefused(self._name, "the signature is wrong")
        reference = json.loads(request.body)["invoice"]
        return WebhookNotice((reference,) if reference else ())

    def _answer(self, hook: str, answer: Callable[[], AnswerT]) -> AnswerT:
        """Answer honestly, unless the ledger has a fault for this call."""
        fault = self._ledger.take_fault(hook)
        if fault is FakeFault.RAISE:
            raise RuntimeError("a mistake in the plugin")
        if fault is FakeFault.HANG:
            self._ledger.dawdle(SLOW_SECONDS)
            raise ProviderTimeout(self._name, "no answer came")
        if fault is FakeFault.UNREACHABLE:
            raise ProviderUnreachable(self._name, "no connection")
        if fault is FakeFault.RATE_LIMIT:
            raise ProviderRateLimited(self._name, "too many calls", status=429)
        if fault is FakeFault.SERVER_ERROR:
            raise ProviderUnavailable(self._name, "out of order", status=500)
        if fault is FakeFault.MALFORMED:
            raise ProviderProtocolError(self._name, "not JSON", evidence="<html>")
        if fault is FakeFault.REFUSE:
            raise ProviderRefused(self._name, "it will not", status=400)
        honest = answer()
        if fault is FakeFault.SLOW:
            self._ledger.dawdle(SLOW_SECONDS)
        if fault is FakeFault.LOSE_ANSWER:
            raise ProviderTimeout(self._name, "the answer was lost on its way")
        if fault in RUBBISH:
            rubbish: AnswerT = spoil(fault, honest)
            return rubbish
        return honest
