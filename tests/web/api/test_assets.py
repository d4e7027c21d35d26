"""Endpoints of assets, currencies and blockchains."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from flask import Flask

from checkout_kit.domain.asset_id import asset_id, parse_asset
from checkout_kit.domain.currency import Currency
from checkout_kit.errors import InputError
from checkout_kit.testing.clock import FakeClock
from tests.fakes.scripted import Script
from tests.web.api.merchant import PREFIX, Merchant, errors_of

_ISSUER = "GDUKMGUGDZQK6YHYA5Z6AY2G4XDSZPSZ3SW5UN3ARVMO6QSRDWP5YLEX"


@pytest.mark.parametrize(
    ("currency", "name"),
    [
        ("USD", "USD:NATIVE"),
        ("XLM", "XLM:NATIVE"),
        (f"USD:{_ISSUER}@stellar", f"USD:{_ISSUER}"),
        ("USDT:0xdAC17F958D2ee523a2206206994597C13D831ec7@ethereum", None),
        ("BTC@lightning", None),
    ],
)
def test_asset_ids_are_read_back(currency: str, name: str | None) -> None:
    parsed = Currency.parse(currency)
    assert asset_id(parsed) == (name or currency)
    assert parse_asset(asset_id(parsed)) == parsed


@pytest.mark.parametrize(
    "text", ["ORIGIN", "USD:ISSUER", "XYZ", "USD:NATIVE:NATIVE", ""]
)
def test_what_names_no_asset_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        parse_asset(text)


def test_assets_are_what_is_charged_in_and_paid_with(
    merchant: Merchant, script: Script
) -> None:
    assets = merchant.get("/assets").get_json()["assets"]
    assert [(a["id"], a["type"]) for a in assets] == [
        ("USD:NATIVE", "FIAT"),
        ("EUR:NATIVE", "FIAT"),
        ("BTC:NATIVE", "CRYPTO"),
    ]
    assert assets[0]["name"] == "US Dollar"
    for asset in assets:
        assert merchant.get("/asset", id=asset["id"]).get_json() == {"asset": asset}
    # Providers are asked once for all of this.
    assert script.calls == ["list_payment_methods"] * 2


def test_issuers_are_whoever_takes_an_asset(merchant: Merchant) -> None:
    issuers = merchant.get("/asset-issuers").get_json()["assetIssuers"]
    for issuer in issuers:
        answer = merchant.get("/asset-issuer", id=issuer["id"]).get_json()
        assert answer == {"assetIssuer": issuer}
    btc = issuers[-1]
    assert btc["name"] == "scripted"
    assert btc["blockchain"] == {
        "nativeAssetCode": "BTC",
        "name": "Bitcoin",
        "path": f"{PREFIX}/blockchain?assetCode=BTC",
    }
    assert (btc["fiatCurrency"], btc["checkouts"]["enabled"]) == (None, True)


@pytest.mark.parametrize("parameter", ["assetCode", "id"])
def test_fiat_currencies_are_found_under_both_parameters(
    merchant: Merchant, parameter: str
) -> None:
    listed = merchant.get("/fiat-currencies").get_json()["fiatCurrencies"]
    assert merchant.get("/currencies").get_json() == {"currencies": listed}
    query: dict[str, Any] = {parameter: "usd"}
    found = merchant.get("/fiat-currency", **query).get_json()["fiatCurrency"]
    assert found == listed[0]
    assert (found["assetName"], found["minChargeAmount"]) == ("US Dollar", "0.01")


def test_blockchains_are_listed_under_both_names(merchant: Merchant) -> None:
    listed = merchant.get("/blockchains").get_json()["blockchains"]
    assert merchant.get("/networks").get_json() == {"networks": listed}
    assert merchant.get("/blockchain", assetCode="BTC").get_json() == {
        "blockchain": listed[0]
    }
    assert listed[0]["minChargeAmount"] == "0.00000001"


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/asset", {"id": "XLM:NATIVE"}),
        ("/asset-issuer", {"id": "XLM:NATIVE"}),
        ("/fiat-currency", {"assetCode": "JPY"}),
        ("/blockchain", {"assetCode": "XLM"}),
    ],
)
def test_what_is_not_listed_is_not_found(
    merchant: Merchant, path: str, query: dict[str, Any]
) -> None:
    response = merchant.get(path, **query)
    assert response.status_code == 404
    assert errors_of(response)


def test_a_provider_that_is_down_is_left_out(
    merchant: Merchant, script: Script
) -> None:
    def fail() -> None:
        raise OSError("no route to host")

    script.on["list_payment_methods"] = fail
    assert len(merchant.get("/assets").get_json()["assets"]) == 2
    script.on.clear()
    assert len(merchant.get("/assets").get_json()["assets"]) == 3


def test_an_exchange_rate_is_that_of_the_worst_market(
    app: Flask, merchant: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange = app.extensions["checkout_kit"].stores.of("default").exchange
    monkeypatch.setattr(
        type(exchange), "rate", lambda self, source, target: Fraction(1, 30000)
    )
    answer = merchant.get(
        "/exchange-rate", sourceAsset="USD", targetAsset="BTC:NATIVE", amount="10"
    ).get_json()
    assert answer == {
        "exchangeRate": "0.000033333333333333",
        "sourceAsset": "USD:NATIVE",
        "targetAsset": "BTC:NATIVE",
        "sourceAmount": "10",
        "targetAmount": "0.00033333",
    }
    answer = merchant.get(
        "/exchange-rate-global", quoteCurrency="BTC", baseCurrency="USD"
    ).get_json()
    assert answer == {"exchangeRate": "0.000033333333333333"}


def test_without_a_market_what_providers_quote_counts(
    merchant: Merchant, clock: FakeClock, script: Script
) -> None:
    asked: list[str] = []
    script.on["quote_price"] = lambda: asked.append("quote_price")
    there = merchant.get(
        "/exchange-rate", sourceAsset="USD", targetAsset="BTC:NATIVE", amount="50"
    ).get_json()
    assert (there["exchangeRate"], there["targetAmount"]) == ("0.00002", "0.001")
    back = merchant.get(
        "/exchange-rate", sourceAsset="BTC", targetAsset="USD", amount="0.001"
    ).get_json()
    assert (back["exchangeRate"], back["targetAmount"]) == ("50000", "50")
    assert asked == ["quote_price"]
    clock.advance(61)
    merchant.get("/exchange-rate", sourceAsset="USD", targetAsset="BTC:NATIVE")
    assert len(asked) == 2
    assert merchant.get("/checkouts").get_json()["count"] == 0


@pytest.mark.parametrize(
    ("source", "target"), [("USD", "XLM"), ("USD", "EUR"), ("BTC", "XLM")]
)
def test_a_rate_that_nobody_knows_is_not_guessed(
    merchant: Merchant, source: str, target: str
) -> None:
    response = merchant.get("/exchange-rate", sourceAsset=source, targetAsset=target)
    assert response.status_code == 422
    told = f"no enabled plugin has a fresh rate from {source} to {target}"
    assert told in errors_of(response)[0]
    same = merchant.get("/exchange-rate", sourceAsset="USD", targetAsset="USD")
    assert same.get_json()["exchangeRate"] == "1"


def test_languages_are_those_of_the_page(merchant: Merchant) -> None:
    languages = merchant.get("/languages").get_json()["languages"]
    assert {"languageCode": "en", "name": "English"} in languages
