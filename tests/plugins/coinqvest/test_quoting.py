"""Methods and quotes: which assets are offered, and at what price."""

from __future__ import annotations

from checkout_kit.domain.currency import Currency
from checkout_kit.domain.provider import ProviderContext
from checkout_kit_coinqvest import CoinqvestPlugin
from checkout_kit_coinqvest.config import CoinqvestSettings
from tests.plugins.coinqvest.fake_api import FakeApi, Ticker, read_case
from tests.plugins.coinqvest.shop_side import (
    WEBHOOK_URL,
    make_checkout,
    make_plugin,
    quote_of,
)


def test_methods_are_the_documents_assets(plugin: CoinqvestPlugin) -> None:
    methods = plugin.list_payment_methods(Currency.parse("USD"))
    assert [m.id for m in methods] == [
        "coinqvest:BTC",
        "coinqvest:ETH",
        "coinqvest:LTC",
        "coinqvest:XLM",
        "coinqvest:XRP",
    ]
    assert all(m.is_test and not m.redirects for m in methods)


def test_no_methods_for_a_currency_that_the_api_cannot_have(
    plugin: CoinqvestPlugin,
) -> None:
    assert plugin.list_payment_methods(Currency.parse("USDT@tron")) == ()


def test_quotes_come_from_one_call(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker
) -> None:
    checkout = make_checkout(clock)
    quotes = plugin.quote_price(
        checkout.charge,
        plugin.list_payment_methods(checkout.charge.currency),
        checkout.total,
        checkout.settlement_currency,
    )
    assert {q.method.id: q.amount.to_text() for q in quotes} == {
        "coinqvest:BTC": "0.0011102",
        "coinqvest:ETH": "0.0440141",
        "coinqvest:LTC": "0.1537514",
        "coinqvest:XLM": "165.7007861",
        "coinqvest:XRP": "42.282669",
    }
    assert all(not q.is_firm and q.expires_at is None for q in quotes)
    assert all(q.covers == checkout.total for q in quotes)
    (seen,) = api.calls("POST /checkout")
    token = quotes[0].reference["token"]
    assert len(token) == 32
    assert seen.data["webhook"] == f"{WEBHOOK_URL}/{token}"
    assert seen.data["settlementCurrency"] == "USD"
    assert seen.data["charge"]["lineItems"] == [
        {
            "description": "T-Shirt",
            "netAmount": 10,
            "quantity": 1,
            "productId": "P1234",
        }
    ]


def test_settings_pass_through(api: FakeApi, clock: Ticker) -> None:
    relays = {"ETH": "ETH:GBDEVU63"}
    plugin = make_plugin(
        api, clock, blockchain_relays=relays, customer_id="716dad4c5e5f"
    )
    quote_of(plugin, make_checkout(clock, settle="EUR"), "XLM", due="4.20")
    sent = api.calls("POST /checkout")[0].data
    assert sent["blockchainRelays"] == relays
    assert sent["settlementCurrency"] == "EUR"
    assert sent["charge"] == {
        "currency": "USD",
        "customerId": "716dad4c5e5f",
        "lineItems": [
            {"description": "Remaining amount", "netAmount": 4.2, "quantity": 1}
        ],
    }


def test_a_method_below_its_minimum_drops_out(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker
) -> None:
    case = read_case("create_checkout")
    case["paymentMethods"] = [
        {"assetCode": "XLM", "blockchain": "Stellar Network", "paymentAmount": 1.5},
        {"assetCode": "USDC", "blockchain": "Stellar Network", "paymentAmount": "1"},
        {"assetCode": "XRP", "blockchain": "XRP Ledger", "paymentAmount": "0"},
    ]
    api.put("POST /checkout", case)
    checkout = make_checkout(clock)
    quotes = plugin.quote_price(
        checkout.charge,
        plugin.list_payment_methods(checkout.charge.currency),
        checkout.total,
        checkout.settlement_currency,
    )
    assert [(q.method.id, q.amount.to_text()) for q in quotes] == [
        ("coinqvest:XLM", "1.5")
    ]


def test_live_methods_are_not_marked_as_test(api: FakeApi, clock: Ticker) -> None:
    # Hosted, it asks nobody for minimums: the live API is out of reach.
    settings = CoinqvestSettings(api_key="KEY", api_secret="SECRET", hosted=True)
    plugin = CoinqvestPlugin(settings, ProviderContext("coinqvest", WEBHOOK_URL, clock))
    methods = plugin.list_payment_methods(Currency.parse("EUR"))
    assert not any(method.is_test for method in methods)
