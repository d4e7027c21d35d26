"""What the kit would do around the plugin, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from checkout_kit import (
    Charge,
    Checkout,
    Clock,
    Currency,
    Invoice,
    InvoiceSnapshot,
    InvoiceStatus,
    LineItem,
    Money,
    Payment,
    ProviderContext,
    ProviderInvoice,
    Quote,
)
from checkout_kit.domain.states import CheckoutFacts, derive_status
from checkout_kit.testing import MemoryOperation
from checkout_kit_quoine_pay import QuoinePayPlugin
from checkout_kit_quoine_pay.config import QuoinePaySettings
from tests.fakes.json_api import FakeApi
from tests.plugins.quoine_pay.fake_api import read_case

USD = Currency.parse("USD")
WEBHOOK_URL = "https://shop.example.com/checkout/hooks/quoine_pay"


def make_plugin(settings: QuoinePaySettings, clock: Clock) -> QuoinePayPlugin:
    return QuoinePayPlugin(settings, ProviderContext("quoine_pay", WEBHOOK_URL, clock))


def make_checkout(
    clock: Clock, *, total: str = "500.00", currency: str = "USD"
) -> Checkout:
    charge = Charge(currency, [LineItem("T-Shirt", total)])
    now = clock.now()
    expires_at = now + timedelta(days=1)
    facts = CheckoutFacts(charge.total, Decimal(0), expires_at, ())
    return Checkout(
        id="c" * 32,
        token="t" * 32,
        store_id="default",
        charge=charge,
        settlement_currency=Currency.parse(currency),
        created_at=now,
        expires_at=expires_at,
        tolerance=Decimal(0),
        status=derive_status(facts, now),
        reference="order-42",
    )


def make_quote(plugin: QuoinePayPlugin, checkout: Checkout) -> Quote:
    (method,) = plugin.list_payment_methods(checkout.charge.currency)
    return Quote(method, checkout.total, Money("0.5", "BTC"))


def invoice_document(**changes: Any) -> dict[str, Any]:
    """The document's created invoice, with the kit's key."""
    return {**read_case("create_invoice"), "data": "invoice:1", **changes}


def open_invoice(
    api: FakeApi, plugin: QuoinePayPlugin, clock: Clock, number: int = 1
) -> Invoice:
    """An invoice made by the plugin, as the kit keeps it."""
    key = f"invoice:{number}"
    api.put("GET /profile", read_case("get_profile"))
    api.put("POST /invoices", invoice_document(id=number, data=key))
    checkout = make_checkout(clock)
    quote = make_quote(plugin, checkout)
    made = plugin.create_invoice(checkout, quote, MemoryOperation(key))
    return to_invoice(clock, quote, made, number)


def to_invoice(
    clock: Clock, quote: Quote, made: ProviderInvoice, number: int = 1
) -> Invoice:
    now = clock.now()
    return Invoice(
        id=f"ours-{number}",
        checkout_id="c" * 32,
        method=quote.method,
        operation_key=f"invoice:{number}",
        covers=quote.covers,
        amount=made.amount,
        status=InvoiceStatus.OPEN,
        created_at=now,
        expires_at=made.expires_at or now + timedelta(hours=1),
        reference=made.reference,
        instructions=made.instructions,
        provider_data=made.provider_data,
        quote_reference=quote.reference,
    )


def taken_in(clock: Clock, invoice: Invoice, snapshot: InvoiceSnapshot) -> Invoice:
    """The invoice after the kit has recorded a snapshot."""
    merged = {payment.external_id: payment for payment in invoice.payments}
    for observation in snapshot.payments:
        new = Payment.from_observation(
            observation,
            provider="quoine_pay",
            invoice_id=invoice.id,
            ticket=invoice.check_no + 1,
            received_at=clock.now(),
        )
        old = merged.get(new.external_id)
        merged[new.external_id] = old.merged_with(new) if old else new
    return replace(
        invoice,
        payments=tuple(merged.values()),
        check_no=invoice.check_no + 1,
        checked_at=clock.now(),
    )
