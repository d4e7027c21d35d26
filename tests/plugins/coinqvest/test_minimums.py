"""Minimum amounts of blockchains and issuers decide what is offered."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import pytest

from checkout_kit.domain.currency import Currency
from checkout_kit_coinqvest import CoinqvestPlugin
from tests.plugins.coinqvest.fake_api import FakeApi, Seen, Ticker, read_text
from tests.plugins.coinqvest.shop_side import make_checkout, make_plugin

DOLLAR = Currency.parse("USD")


@pytest.fixture
def api(api: FakeApi) -> FakeApi:
    api.put("GET /asset-issuers", {"assetIssuers": []})
    return api


def chains(*names_and_minimums: tuple[str, str]) -> dict[str, Any]:
    return {
        "blockchains": [
            {
                "name": code,
                "nativeAssetCode": code,
                "nativeAssetName": code,
                "minChargeAmount": least,
                "assetIssuers": [
                    {"id": f"{code}:ONE", "name": "One", "default": False},
                    {"id": f"{code}:TWO", "name": "Two", "default": True},
                ],
            }
            for code, least in names_and_minimums
        ]
    }


def issuers(*terms: tuple[str, bool, str, str | None]) -> dict[str, Any]:
    def make(least: str, is_enabled: bool, highest: str | None) -> dict[str, Any]:
        fees = {"feeFixed": "0.0", "feePercent": "0"}
        return {"enabled": is_enabled, "min": least, "max": highest, **fees}

    return {
        "assetIssuers": [
            {
                "id": issuer,
                "name": issuer,
                "type": "CRYPTO",
                "checkouts": make(least, is_enabled, highest),
                "withdrawals": make("0", True, None),
            }
            for issuer, is_enabled, least, highest in terms
        ]
    }


def offered(plugin: CoinqvestPlugin) -> Sequence[str]:
    return [m.currency.code for m in plugin.list_payment_methods(DOLLAR)]


def quoted(plugin: CoinqvestPlugin, clock: Ticker) -> Sequence[str]:
    checkout = make_checkout(clock)
    quotes = plugin.quote_price(
        checkout.charge,
        plugin.list_payment_methods(DOLLAR),
        checkout.total,
        checkout.settlement_currency,
    )
    return [quote.method.currency.code for quote in quotes]


def test_only_listed_blockchains_are_offered(api: FakeApi, clock: Ticker) -> None:
    api.put("GET /blockchains", read_text("list_blockchains"))
    assert offered(make_plugin(api, clock)) == ["ETH", "XLM"]


def test_an_amount_below_the_blockchains_minimum_is_not_quoted(
    api: FakeApi, clock: Ticker
) -> None:
    # The document's own example quotes 0.0440141 ETH, and its minimum is 0.05.
    api.put("GET /blockchains", read_text("list_blockchains"))
    assert quoted(make_plugin(api, clock), clock) == ["XLM"]
    api.put("GET /blockchains", chains(("ETH", "0.0440141"), ("BTC", "0.0011103")))
    assert quoted(make_plugin(api, clock), clock) == ["ETH"]


def test_the_default_issuers_terms_count(api: FakeApi, clock: Ticker) -> None:
    api.put(
        "GET /blockchains",
        chains(("BTC", "0"), ("ETH", "0"), ("LTC", "0"), ("XLM", "0"), ("XRP", "0")),
    )
    api.put(
        "GET /asset-issuers",
        issuers(
            ("BTC:ONE", False, "9", None),
            ("BTC:TWO", True, "0.001", None),
            ("ETH:TWO", False, "0", None),
            ("LTC:TWO", True, "0.2", None),
            ("XLM:TWO", True, "0", "100"),
        ),
    )
    plugin = make_plugin(api, clock)
    assert offered(plugin) == ["BTC", "LTC", "XLM", "XRP"]
    assert quoted(plugin, clock) == ["BTC", "XRP"]


def test_the_shops_own_relay_counts_instead(api: FakeApi, clock: Ticker) -> None:
    api.put("GET /blockchains", chains(("BTC", "0")))
    api.put(
        "GET /asset-issuers",
        issuers(("BTC:ONE", True, "0.5", None), ("BTC:TWO", True, "0", None)),
    )
    assert quoted(make_plugin(api, clock), clock) == ["BTC"]
    relays = {"BTC": "BTC:ONE"}
    assert quoted(make_plugin(api, clock, blockchain_relays=relays), clock) == []


def test_minimums_are_remembered_for_their_lifetime(
    api: FakeApi, clock: Ticker
) -> None:
    api.put("GET /blockchains", chains(("BTC", "0")))
    plugin = make_plugin(api, clock, minimums_minutes=30)
    for _ in range(3):
        assert offered(plugin) == ["BTC"]
    assert len(api.calls("GET /blockchains")) == 1
    api.put("GET /blockchains", chains(("LTC", "0")))
    clock.advance(minutes=31)
    assert offered(plugin) == ["LTC"]


@pytest.mark.parametrize(
    "failure",
    [(404, {"errors": ["Not found."]}), (500, ""), "<html>", {"blockchains": [{}]}],
)
def test_without_them_the_quotes_own_list_counts(
    api: FakeApi, clock: Ticker, failure: Any
) -> None:
    api.put("GET /blockchains", failure)
    plugin = make_plugin(api, clock)
    assert quoted(plugin, clock) == ["BTC", "ETH", "LTC", "XLM", "XRP"]
    # Nobody waits for a second attempt soon after.
    asked = len(api.calls("GET /blockchains"))
    offered(plugin)
    assert len(api.calls("GET /blockchains")) == asked


def test_what_was_known_outlives_an_outage(api: FakeApi, clock: Ticker) -> None:
    api.put("GET /blockchains", chains(("BTC", "0")))
    plugin = make_plugin(api, clock)
    offered(plugin)
    api.put("GET /blockchains", (404, {"errors": ["Not found."]}))
    clock.advance(hours=2)
    assert offered(plugin) == ["BTC"]
    api.put("GET /blockchains", chains(("LTC", "0")))
    assert offered(plugin) == ["BTC"]
    clock.advance(minutes=6)
    assert offered(plugin) == ["LTC"]


def test_one_thread_asks_and_the_others_go_on(api: FakeApi, clock: Ticker) -> None:
    entered, release = threading.Event(), threading.Event()

    def slow(seen: Seen) -> Any:
        entered.set()
        release.wait(5)
        return chains(("BTC", "0"))

    api.put("GET /blockchains", slow)
    plugin = make_plugin(api, clock, read_timeout=5.0, total_timeout=5.0)
    found: list[Sequence[str]] = []
    asking = threading.Thread(target=lambda: found.append(offered(plugin)))
    asking.start()
    try:
        assert entered.wait(5)
        assert len(offered(plugin)) == 5
    finally:
        release.set()
        asking.join(5)
    assert found == [["BTC"]]
    assert len(api.calls("GET /blockchains")) == 1


def test_the_hosted_way_asks_for_no_minimums(api: FakeApi, clock: Ticker) -> None:
    plugin = make_plugin(api, clock, hosted=True)
    assert len(plugin.list_payment_methods(DOLLAR)) == 1
    assert api.seen == []
