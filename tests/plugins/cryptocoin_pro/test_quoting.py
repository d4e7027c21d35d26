"""Methods and quotes: what account and platform allow, and at what price."""

from __future__ import annotations

from typing import Any

import pytest

from checkout_kit import Currency, Money, ProviderError, ProviderProtocolError
from checkout_kit_cryptocoin_pro import CryptocoinProPlugin
from tests.plugins.cryptocoin_pro.fake_api import FakeApi, FakeClock
from tests.plugins.cryptocoin_pro.shop_side import (
    ETH,
    EUR,
    FORTY,
    PLATFORM,
    USER,
    change,
    make_plugin,
    price,
)


def ids(plugin: CryptocoinProPlugin, currency: Currency = EUR) -> list[str]:
    found = plugin.list_payment_methods(currency)
    return [method.id.removeprefix("cryptocoin_pro:") for method in found]


# Methods


def test_what_account_and_platform_allow_is_offered(
    plugin: CryptocoinProPlugin,
) -> None:
    assert ids(plugin) == ["BTC", "ETH", "ETH/bank", "ETH/card"]
    assert ids(plugin, ETH) == []
    assert ids(plugin, Currency.parse("USD")) == ["BTC", "ETH"]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("isActive", False),
        ("tradeStatus", False),
        ("selfDeletedAt", 1577002591),
        ("kyc.status", "PENDING"),
        ("kyc.level", 0),
    ],
)
def test_who_may_not_trade_offers_no_sale_and_the_doctor_says_so(
    path: str, value: Any, api: FakeApi, plugin: CryptocoinProPlugin
) -> None:
    change(api, f"GET {USER}", path, value)
    assert ids(plugin) == ["ETH/bank", "ETH/card"]
    with pytest.raises(ProviderError, match=r"account|KYC"):
        plugin.check_health()


def test_operations_that_are_off_are_not_offered(
    api: FakeApi, plugin: CryptocoinProPlugin
) -> None:
    coins = f"GET {USER}/currencies"
    change(api, coins, "coins.0.operations.Particular.EUR.1.sell_to_fiat.status", False)
    change(api, f"GET {PLATFORM}", "paymentMethods.card.0.status", False)
    assert ids(plugin) == ["ETH/bank"]
    change(api, f"GET {PLATFORM}", "integrations.checkout.status", False)
    with pytest.raises(ProviderError, match="no checkout page"):
        plugin.check_health()


def test_the_account_is_looked_at_once_a_minute(
    api: FakeApi, plugin: CryptocoinProPlugin, clock: FakeClock
) -> None:
    for _ in range(3):
        ids(plugin)
    assert len(api.calls(f"GET {USER}")) == 1
    clock.advance(61)
    ids(plugin)
    assert len(api.calls(f"GET {USER}")) == 2


def test_the_doctor_is_told_what_is_well(plugin: CryptocoinProPlugin) -> None:
    assert plugin.check_health() == (
        "the account may trade, at KYC level 2; the platform is GOGL"
    )


def test_the_doctor_looks_for_the_bank(
    api: FakeApi, plugin: CryptocoinProPlugin
) -> None:
    change(api, f"GET {USER}", "banks.0.status", "PENDING")
    with pytest.raises(ProviderError, match="bank_id"):
        plugin.check_health()


# Quotes


def quotes_of(plugin: CryptocoinProPlugin, due: Money = FORTY) -> dict[str, Any]:
    found = plugin.quote_price(plugin.list_payment_methods(EUR), due, EUR)
    return {q.method.id.removeprefix("cryptocoin_pro:"): q for q in found}


def test_the_merchant_is_made_whole_by_default(plugin: CryptocoinProPlugin) -> None:
    quotes = quotes_of(plugin)
    # XBT answers that it is not traded just now.
    assert set(quotes) == {"ETH", "ETH/bank", "ETH/card"}
    assert quotes["ETH"].amount == Money("0.25", ETH)
    assert quotes["ETH"].charged is None
    assert quotes["ETH/bank"].amount == Money("0.25", ETH)
    assert quotes["ETH/bank"].charged == Money("50.00", EUR)


def test_or_the_buyer_pays_just_what_is_due(
    api: FakeApi, clock: FakeClock, plugin: CryptocoinProPlugin
) -> None:
    other = make_plugin(api, clock, fee_paid_by="merchant", assets=())
    change(api, f"GET {PLATFORM}", "paymentMethods.card.0.limits.lower.value", 40)
    quote = quotes_of(other)["ETH/card"]
    assert quote.charged == FORTY
    assert quote.amount == Money("0.2", ETH)
    other.close()


@pytest.mark.parametrize(
    ("endpoint", "path", "value"),
    [
        (f"GET {USER}/currencies", "General.2.sell_to_fiat.limits.fiat.min", "50"),
        (f"GET {USER}/currencies", "General.2.sell_to_fiat.limits.fiat.max", "39.99"),
        (f"GET {USER}/currencies", "General.0.deposit.limits.crypto.min", 0.3),
        (
            f"GET {USER}/currencies",
            "Particular.EUR.1.sell_to_fiat.limits.crypto.max",
            "0.2",
        ),
        (f"GET {PLATFORM}", "levels", [{"level": 2, "max": {"buy": 1, "sell": 39}}]),
    ],
)
def test_what_is_outside_the_limits_drops_out(
    endpoint: str, path: str, value: Any, api: FakeApi, plugin: CryptocoinProPlugin
) -> None:
    if path != "levels":
        path = f"coins.0.operations.{path}"
    change(api, endpoint, path, value)
    assert "ETH" not in quotes_of(plugin)


def test_a_bank_of_the_page_has_limits_too(
    api: FakeApi, plugin: CryptocoinProPlugin
) -> None:
    assert "ETH/card" in quotes_of(plugin)
    change(api, f"GET {PLATFORM}", "paymentMethods.bank.0.limits.lower.value", 51)
    other = make_plugin(api, FakeClock())
    change(api, f"GET {PLATFORM}", "paymentMethods.bank.0.limits.lower.value", 51)
    assert set(quotes_of(other)) == {"ETH", "ETH/card"}
    other.close()


@pytest.mark.parametrize(
    "answer",
    [
        price("ETH", "EUR", "0.25", "41.00", "160", "sell_to_fiat"),
        price("ETH", "EUR", "0.0025", "40.00", "160", "sell_to_fiat"),
        price("ETH", "EUR", "0.25", "40.00", "160", "withdraw"),
        price("ETH", "EUR", "-0.25", "40.00", "160", "sell_to_fiat"),
        price("ETH", "EUR", "", "40.00", "160", "sell_to_fiat"),
        price("ETH", "EUR", "0.25", "40.00", "0", "sell_to_fiat"),
        price("XBT", "EUR", "0.25", "40.00", "160", "sell_to_fiat"),
        {"data": []},
        "<html>",
    ],
    ids=[
        "another amount",
        "another rate",
        "another operation",
        "negative",
        "no amount",
        "no rate",
        "another pair",
        "no object",
        "a web page",
    ],
)
def test_a_price_that_is_not_as_asked_for_is_not_used(
    answer: Any, api: FakeApi, plugin: CryptocoinProPlugin
) -> None:
    methods = [m for m in plugin.list_payment_methods(EUR) if m.id.endswith(":ETH")]
    api.put(f"GET {USER}/price/sell/ETH/EUR", answer)
    with pytest.raises(ProviderProtocolError):
        plugin.quote_price(methods, FORTY, EUR)


def test_long_and_scientific_numbers_stay_exact(
    api: FakeApi, plugin: CryptocoinProPlugin
) -> None:
    long = "0.25000000000000000000000000000000000000000000000001"
    answer = price("ETH", "EUR", long, "4.0E1", "1.6e2", "sell_to_fiat")
    api.put(f"GET {USER}/price/sell/ETH/EUR", answer)
    # What a buyer has to send is rounded up, once.
    assert quotes_of(plugin)["ETH"].amount == Money("0.250000000000000001", ETH)


def test_only_sales_to_the_charges_currency_are_quoted(
    plugin: CryptocoinProPlugin,
) -> None:
    methods = plugin.list_payment_methods(EUR)
    found = plugin.quote_price(methods, FORTY, Currency.parse("USD"))
    assert {q.method.variant for q in found} == {"bank", "card"}
