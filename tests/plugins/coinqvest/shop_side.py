"""What the kit would do around the plugin, without a database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from checkout_kit.domain.charge import Charge, LineItem
from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.currency import Currency
from checkout_kit.domain.invoice import (
    Invoice,
    InvoiceSnapshot,
    InvoiceStatus,
    ProviderInvoice,
)
from checkout_kit.domain.money import Money
from checkout_kit.domain.payment import Payment
from checkout_kit.domain.provider import ProviderContext
from checkout_kit.domain.quote import Quote
from checkout_kit.domain.states import CheckoutFacts, derive_status
from checkout_kit.testing import MemoryOperation
from checkout_kit_coinqvest import CoinqvestPlugin
from tests.plugins.coinqvest.fake_api import FakeApi, Ticker, make_settings
from tests.plugins.coinqvest.provider_answers import commit_any

WEBHOOK_URL = "https://shop.example.com/checkout/webhooks/coinqvest"
PAGE_URL = "https://shop.example.com/checkout/page-token"


def make_checkout(
    clock: Ticker, *, total: str = "10.00", currency: str = "USD", settle: str = ""
) -> Checkout:
    charge = Charge(currency, [LineItem("T-Shirt", total, 1, "P1234")])
    now = clock.now()
    expires_at = now + timedelta(days=1)
    facts = CheckoutFacts(charge.total, Decimal(0), expires_at, ())
    return Checkout(
        id="c" * 32,
        token="t" * 32,
        store_id="default",
        charge=charge,
        settlement_currency=Currency.parse(settle or currency),
        created_at=now,
        expires_at=expires_at,
        tolerance=Decimal(0),
        status=derive_status(facts, now),
        url=PAGE_URL,
    )


def quote_of(
    plugin: CoinqvestPlugin, checkout: Checkout, code: str, due: str | None = None
) -> Quote:
    currency = checkout.charge.currency
    quotes = plugin.quote_price(
        checkout.charge,
        plugin.list_payment_methods(currency),
        Money(due, currency) if due else checkout.total,
        checkout.settlement_currency,
    )
    return next(quote for quote in quotes if quote.method.currency.code == code)


def to_invoice(
    clock: Ticker, quote: Quote, made: ProviderInvoice, number: int = 1
) -> Invoice:
    now = clock.now()
    return Invoice(
        id=f"invoice-{number}",
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
        redirect_url=made.redirect_url,
        provider_data=made.provider_data,
        quote_reference=quote.reference,
    )


def taken_in(clock: Ticker, invoice: Invoice, snapshot: InvoiceSnapshot) -> Invoice:
    """The invoice after the kit has recorded a snapshot."""
    merged = {payment.external_id: payment for payment in invoice.payments}
    for observation in snapshot.payments:
        new = Payment.from_observation(
            observation,
            provider="coinqvest",
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
        seen=snapshot.seen,
        provider_state=snapshot.provider_state,
    )


def credits_of(snapshot: InvoiceSnapshot) -> Sequence[tuple[str, str]]:
    """Amount and status of each payment, for comparing."""
    return [(p.amount.to_text(), p.status.value) for p in snapshot.payments]


def make_plugin(api: FakeApi, clock: Ticker, **changes: Any) -> CoinqvestPlugin:
    context = ProviderContext("coinqvest", WEBHOOK_URL, clock)
    return CoinqvestPlugin(make_settings(api, **changes), context)


def make_invoice(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker, code: str = "XLM"
) -> Invoice:
    api.put("POST /checkout/commit", commit_any)
    checkout = make_checkout(clock)
    quote = quote_of(plugin, checkout, code)
    made = plugin.create_invoice(checkout, quote, MemoryOperation())
    # The document's examples are of 2020-02-26; our clock is not.
    made = replace(made, expires_at=clock.now() + timedelta(hours=1))
    return to_invoice(clock, quote, made)
