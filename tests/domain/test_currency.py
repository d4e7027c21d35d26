from __future__ import annotations

import pytest
from iso4217 import Currency as Iso4217

from checkout_kit.domain.currency import NATIVE_ASSETS, Currency
from checkout_kit.domain.iso4217 import MINOR_UNITS
from checkout_kit.errors import CurrencyError

ISSUER = "GA5ZSEJYB37JRC5AVCIA5MOP4RHTM335X2KGX3IHOJAPP5RE34K4KZVN"


def test_minor_units_are_those_of_iso_4217() -> None:
    published = {
        currency.code: currency.exponent
        for currency in Iso4217
        if currency.exponent is not None
    }
    assert published == dict(MINOR_UNITS)


@pytest.mark.parametrize(
    ("code", "decimals"), [("JPY", 0), ("USD", 2), ("KWD", 3), ("CLF", 4), ("IRR", 2)]
)
def test_fiat_has_its_minor_units(code: str, decimals: int) -> None:
    currency = Currency.parse(code)
    assert (currency.decimals, currency.is_fiat) == (decimals, True)


@pytest.mark.parametrize(
    ("code", "network", "decimals"),
    [
        ("BTC", "bitcoin", 8),
        ("LTC", "litecoin", 8),
        ("ETH", "ethereum", 18),
        ("XLM", "stellar", 7),
        ("XRP", "xrpl", 6),
    ],
)
def test_native_asset_knows_its_network(code: str, network: str, decimals: int) -> None:
    assert Currency.parse(code) == Currency(code, network)
    assert Currency.parse(code).decimals == decimals
    assert not Currency.parse(code).is_fiat


def test_table_of_native_assets_holds_no_fiat() -> None:
    assert not set(NATIVE_ASSETS) & set(MINOR_UNITS)


def test_xbt_is_btc() -> None:
    assert Currency.parse("XBT") == Currency.parse("BTC") == Currency.parse("xbt")


def test_alias_is_resolved_by_parse_alone() -> None:
    assert Currency("XBT", "bitcoin") != Currency.parse("XBT")


def test_alias_is_not_resolved_for_an_issued_asset() -> None:
    assert Currency.parse(f"XBT:{ISSUER}@stellar").code == "XBT"


def test_code_of_an_issued_asset_keeps_its_case() -> None:
    assert Currency.parse(f"yUSD:{ISSUER}@stellar").code == "yUSD"


def test_equality_ignores_decimals() -> None:
    one, other = Currency("X", "net", None, 2), Currency("X", "net", None, 8)
    assert one == other
    assert hash(one) == hash(other)


@pytest.mark.parametrize(
    "text",
    [
        f"USDC:{ISSUER[:-1]}A@stellar",
        f"USDC:{ISSUER}@ethereum",
        f"USDT:{ISSUER}@stellar",
        "USDC@stellar",
    ],
)
def test_another_code_network_or_issuer_is_another_currency(text: str) -> None:
    assert Currency.parse(text) != Currency.parse(f"USDC:{ISSUER}@stellar")


@pytest.mark.parametrize(
    "text", ["USD", "BTC", "XRP", "USDT@tron", f"USDC:{ISSUER}@stellar", "BTC@liquid"]
)
def test_text_form_reads_back(text: str) -> None:
    assert str(Currency.parse(text)) == text
    assert Currency.parse(str(Currency.parse(text))) == Currency.parse(text)


def test_native_asset_with_its_network_is_the_short_form() -> None:
    assert Currency.parse("XLM@stellar") == Currency.parse("XLM")
    assert str(Currency("XLM", "stellar")) == "XLM"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ZZZ",
        "XAU",
        "XXX",
        "US$",
        "USD ",
        "USD\n",
        " USD",
        "\uff35\uff33\uff24",
        "USDC@",
        "USDC:@stellar",
        f"USDC:{ISSUER}",
        "USDC@Stellar",
        "A" * 13,
        pytest.param("A" * 100_000, id="long code"),
        pytest.param("USDC:" + "A" * 100_000 + "@stellar", id="long issuer"),
        pytest.param("USDC@" + "a" * 100_000, id="long network"),
    ],
)
def test_malformed_or_unknown_currency_is_refused(text: str) -> None:
    with pytest.raises(CurrencyError):
        Currency.parse(text)


@pytest.mark.parametrize("value", [None, 5, b"USD", ["USD"]])
def test_what_is_not_text_is_refused(value: object) -> None:
    with pytest.raises(CurrencyError):
        Currency.parse(value)  # type: ignore[arg-type]


def test_error_names_the_field() -> None:
    with pytest.raises(CurrencyError) as caught:
        Currency.parse("?", field_name="charge.currency")
    assert caught.value.field == "charge.currency"


@pytest.mark.parametrize(
    ("network", "issuer"),
    [("", None), ("Stellar", None), ("stellar", ""), (None, ISSUER), ("s" * 33, None)],
)
def test_malformed_network_or_issuer_can_not_be_made(
    network: str | None, issuer: str | None
) -> None:
    with pytest.raises(CurrencyError):
        Currency("USDC", network, issuer)


@pytest.mark.parametrize("decimals", [-1, 19])
def test_decimals_are_bounded(decimals: int) -> None:
    with pytest.raises(CurrencyError):
        Currency("X", "net", None, decimals)


def test_native_asset_without_its_network_is_no_fiat() -> None:
    with pytest.raises(CurrencyError):
        Currency("BTC")
