"""The hosted way: the buyer pays on the provider's page."""

from __future__ import annotations

from typing import Any

from checkout_kit.domain.money import Money
from checkout_kit.domain.quote import Quote
from checkout_kit.testing import MemoryOperation
from checkout_kit_coinqvest import CoinqvestPlugin
from tests.plugins.coinqvest.fake_api import FakeApi, Ticker, read_text
from tests.plugins.coinqvest.provider_answers import checkout_answer, payment
from tests.plugins.coinqvest.shop_side import (
    PAGE_URL,
    WEBHOOK_URL,
    credits_of,
    make_checkout,
    make_plugin,
    quote_of,
    to_invoice,
)


def hosted_quote(api: FakeApi, clock: Ticker) -> tuple[CoinqvestPlugin, Any, Quote]:
    plugin = make_plugin(api, clock, hosted=True)
    api.put("POST /checkout/hosted", read_text("create_hosted_checkout"))
    checkout = make_checkout(clock)
    return plugin, checkout, quote_of(plugin, checkout, "USD")


def test_a_hosted_invoice_leads_to_the_providers_page(
    api: FakeApi, clock: Ticker
) -> None:
    plugin, checkout, quote = hosted_quote(api, clock)
    assert quote.method.id == "coinqvest:USD" and quote.method.redirects
    assert api.seen == []
    made = plugin.create_invoice(checkout, quote, MemoryOperation())
    assert made.redirect_url == "https://www.coinqvest.com/en/checkout?id=b5bcf27e5482"
    assert made.reference == "b5bcf27e5482"
    assert made.amount == Money("10.00", "USD")
    sent = api.seen[0].data
    assert sent["links"] == {"cancelUrl": PAGE_URL, "returnUrl": PAGE_URL}
    assert sent["webhook"] == f"{WEBHOOK_URL}/{quote.reference['token']}"


def test_hosted_payments_count_by_their_credit(api: FakeApi, clock: Ticker) -> None:
    plugin, checkout, quote = hosted_quote(api, clock)
    made = plugin.create_invoice(checkout, quote, MemoryOperation())
    invoice = to_invoice(clock, quote, made)
    parts = [
        payment(clock, id="p1", checkoutId=made.reference, creditAmount="9.9999999"),
        payment(clock, id="p2", checkoutId=made.reference, creditAssetCode="EUR"),
    ]
    api.put("GET /checkout", checkout_answer(clock, *parts, checkout_id=made.reference))
    report = plugin.detect_payments([invoice])
    assert credits_of(report.snapshots[invoice.id]) == [("10", "CONFIRMED")]
    assert [d.external_id for d in report.unmatched] == ["p2"]


def test_the_hosted_way_needs_the_settlement_in_the_charges_currency(
    api: FakeApi, clock: Ticker
) -> None:
    plugin = make_plugin(api, clock, hosted=True)
    checkout = make_checkout(clock, settle="EUR")
    quotes = plugin.quote_price(
        checkout.charge,
        plugin.list_payment_methods(checkout.charge.currency),
        checkout.total,
        checkout.settlement_currency,
    )
    assert list(quotes) == [] and api.seen == []
