"""Methods and quotes: bitcoin, at the price that the newest invoice tells."""

from __future__ import annotations

from typing import Any

import pytest

from checkout_kit import Currency, Money, Quote
from checkout_kit.testing import FakeClock
from checkout_kit_quoine_pay import QuoinePayPlugin
from checkout_kit_quoine_pay.rates import PRICE_REQUEST_DATA
from tests.fakes.json_api import FakeApi, Seen
from tests.plugins.quoine_pay.fake_api import list_of, make_settings
from tests.plugins.quoine_pay.shop_side import USD, invoice_document, make_plugin


def test_bitcoin_is_offered_in_the_accounts_currency(plugin: QuoinePayPlugin) -> None:
    (method,) = plugin.list_payment_methods(USD)
    assert (method.id, method.is_test) == ("quoine_pay:BTC", True)
    assert plugin.list_payment_methods(Currency.parse("JPY")) == ()
    assert plugin.list_payment_methods(Currency.parse("BTC")) == ()


def test_the_profile_is_remembered_for_a_while(
    api: FakeApi, clock: FakeClock, plugin: QuoinePayPlugin
) -> None:
    for seconds in (0, 599, 1):
        clock.advance(seconds)
        plugin.list_payment_methods(USD)
    assert len(api.calls("GET /profile")) == 2


def quotes_of(
    plugin: QuoinePayPlugin, due: str = "50.00", settle: str = "USD"
) -> list[Quote]:
    methods = plugin.list_payment_methods(USD)
    settlement = Currency.parse(settle)
    return list(plugin.quote_price(methods, Money(due, USD), settlement))


def test_a_quote_goes_by_the_newest_invoice(
    api: FakeApi, plugin: QuoinePayPlugin
) -> None:
    older = invoice_document(
        id=2, btc_price=9, created_at="2014-08-08T19:35:12.855+09:00"
    )
    api.put("GET /invoices", list_of(older, invoice_document()))
    (quote,) = quotes_of(plugin)
    assert quote.amount == Money("0.05", "BTC")
    assert not quote.is_firm
    assert quote.covers == Money("50.00", USD)
    assert not api.calls("POST /invoices")
    quotes_of(plugin)
    assert len(api.calls("GET /invoices")) == 1


def test_the_newest_invoice_may_be_on_the_last_page(
    api: FakeApi, plugin: QuoinePayPlugin
) -> None:
    old = invoice_document(created_at="2014-08-01T19:40:12.855+09:00")

    def answer(seen: Seen) -> Any:
        is_last = "page=3" in seen.target
        return list_of(invoice_document() if is_last else old, pages=3, total=3)

    api.put("GET /invoices", answer)
    (quote,) = quotes_of(plugin)
    assert quote.amount == Money("0.05", "BTC")
    assert len(api.calls("GET /invoices")) == 2


@pytest.mark.parametrize(
    "stranger",
    [
        {"created_at": "2014-08-08T19:30:12.855+09:00"},
        {"created_at": "2014-08-08T19:50:12.855+09:00"},
        {"currency": "JPY"},
        {"price": "0.0"},
        {"btc_price": 0},
    ],
)
def test_a_price_is_asked_for_where_no_invoice_tells_it(
    api: FakeApi, plugin: QuoinePayPlugin, stranger: dict[str, Any]
) -> None:
    api.put("GET /invoices", list_of(invoice_document(**stranger)))
    api.put(
        "POST /invoices",
        invoice_document(id=2, price="50.0", btc_price=0.06, data=PRICE_REQUEST_DATA),
    )
    (quote,) = quotes_of(plugin)
    assert quote.amount == Money("0.06", "BTC")
    (asked,) = api.calls("POST /invoices")
    assert asked.data["price"] == "50.00"
    assert asked.data["data"] == PRICE_REQUEST_DATA
    assert "not to be paid" in asked.data["name"]


def test_without_price_requests_there_is_no_quote(
    api: FakeApi, clock: FakeClock
) -> None:
    plugin = make_plugin(make_settings(api.url, price_requests=False), clock)
    api.put("GET /invoices", list_of())
    assert quotes_of(plugin) == []
    assert not api.calls("POST /invoices")


def test_a_settlement_in_another_currency_is_not_quoted(
    api: FakeApi, plugin: QuoinePayPlugin
) -> None:
    assert quotes_of(plugin, settle="EUR") == []
    assert not api.calls("GET /invoices")


def test_what_a_buyer_sends_is_rounded_up(
    api: FakeApi, plugin: QuoinePayPlugin
) -> None:
    api.put("GET /invoices", list_of(invoice_document(price="3.0", btc_price=1)))
    (quote,) = quotes_of(plugin, "1.00")
    assert quote.amount == Money("0.33333334", "BTC")
