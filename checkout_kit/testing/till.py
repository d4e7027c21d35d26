"""The till: takes payments in, for the sake of a plugin that only settles them."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import Schema, fields

from checkout_kit import (
    Currency,
    DepositInstructions,
    DetectionReport,
    Invoice,
    InvoiceSnapshot,
    Money,
    Operation,
    PaymentMethod,
    PaymentObservation,
    PaymentStatus,
    ProviderContext,
    ProviderInvoice,
    Quote,
    hookimpl,
)

#: The till's name among the plugins of an app.
TILL_NAME = "conformance_till"
_BITCOIN = Currency.parse("BTC")
_PRICE = 50_000
# The example address of BIP173, whose key nobody is to use.
_ADDRESS = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"


class Till:
    """What buyers have paid; outlives the processes that ask. Safe for many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._paid: set[str] = set()

    def take(self, invoice: Invoice) -> None:
        """Let a buyer pay an invoice, exactly and for good."""
        with self._lock:
            self._paid.add(invoice.id)

    def snapshot(self, invoice: Invoice) -> InvoiceSnapshot:
        """What has come in for an invoice."""
        with self._lock:
            if invoice.id not in self._paid:
                return InvoiceSnapshot()
        deposit = PaymentObservation(
            f"deposit-{invoice.id}", invoice.amount, PaymentStatus.CONFIRMED
        )
        return InvoiceSnapshot([deposit])


class _TillSchema(Schema):
    till = fields.Raw(required=True)


class TillPlugin:
    """Offers bitcoin at one price, and believes its :class:`Till`."""

    settings_schema = _TillSchema

    def __init__(self, settings: Mapping[str, Any], context: ProviderContext) -> None:
        self._name = context.name
        self._till: Till = settings["till"]

    @hookimpl
    def list_payment_methods(self) -> Sequence[PaymentMethod]:
        """Offer bitcoin."""
        name = "Bitcoin"
        return [PaymentMethod(self._name, _BITCOIN, name, name, is_test=True)]

    @hookimpl
    def quote_price(
        self, payment_methods: Sequence[PaymentMethod], amount_due: Money
    ) -> Sequence[Quote]:
        """Quote the one price."""
        amount = Money.round_up(amount_due.fraction / _PRICE, _BITCOIN)
        return [
            Quote(method=method, covers=amount_due, amount=amount)
            for method in payment_methods
        ]

    @hookimpl
    def create_invoice(self, quote: Quote, operation: Operation) -> ProviderInvoice:
        """Show an address."""
        return ProviderInvoice(
            reference=operation.key,
            amount=quote.amount,
            instructions=DepositInstructions(_ADDRESS, quote.amount, "Bitcoin"),
        )

    @hookimpl
    def detect_payments(self, invoices: Sequence[Invoice]) -> DetectionReport:
        """Ask the till."""
        return DetectionReport(
            {invoice.id: self._till.snapshot(invoice) for invoice in invoices}
        )
