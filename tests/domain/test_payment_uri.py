"""Payment URIs, read back as wallets do."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from checkout_kit.domain.currency import Currency
from checkout_kit.domain.money import Money
from checkout_kit.domain.payment_uri import build_payment_uri
from checkout_kit.errors import AmountError, CurrencyError, InputError
from tests.domain.builders import BTC, ETH, USD, XLM, XRP
from tests.domain.uris import ADDRESSES, LTC, MUXED, STELLAR, USDC, build, read


@pytest.mark.parametrize(
    ("currency", "uri"),
    [
        (BTC, "bitcoin:bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4?amount=1.5"),
        (LTC, "litecoin:LaMT348PWRnrqeeWArpwQPbuanpXDZGEUz?amount=1.5"),
        (
            ETH,
            "ethereum:0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed@1"
            "?value=1500000000000000000",
        ),
        (XLM, f"web+stellar:pay?destination={STELLAR}&amount=1.5"),
        (XRP, "rPEPPER7kfTD9w2To4CQk6UCfuHM9c6GDY?amount=1.5"),
        (
            USDC,
            f"web+stellar:pay?destination={STELLAR}&amount=1.5"
            f"&asset_code=USDC&asset_issuer={STELLAR}",
        ),
    ],
)
def test_form_of_each_network(currency: Currency, uri: str) -> None:
    assert build(currency) == uri


@pytest.mark.parametrize("currency", [BTC, LTC, ETH, XLM, XRP])
def test_smallest_amount_has_no_exponent(currency: Currency) -> None:
    pairs = read(build(currency, Money.smallest(currency).to_text()))
    amount = pairs.get("amount") or pairs["value"]
    assert re.fullmatch(r"[0-9]+(\.[0-9]+)?", amount)
    assert float(amount) > 0


@pytest.mark.parametrize("currency", [BTC, LTC, ETH, XLM, XRP])
def test_large_amount_has_no_exponent(currency: Currency) -> None:
    uri = build_payment_uri(
        currency, ADDRESSES[currency], Money(Decimal("1E+9"), currency)
    )
    expected = "1000000000" + ("0" * 18 if currency == ETH else "")
    assert expected in read(uri).values()


def test_ether_keeps_every_wei() -> None:
    uri = build(ETH, "123456789.123456789012345678")
    assert read(uri)["value"] == "123456789123456789012345678"


def test_wei_are_counted_by_the_network_and_not_by_the_caller() -> None:
    rough = Currency("ETH", "ethereum", None, 8)
    uri = build_payment_uri(rough, ADDRESSES[ETH], Money("1.5", rough))
    assert read(uri)["value"] == "1500000000000000000"


@pytest.mark.parametrize("code", ["BTC", "XLM", "XRP"])
def test_amount_finer_than_the_network_is_refused(code: str) -> None:
    native = Currency.parse(code)
    fine = Currency(code, native.network, None, 18)
    with pytest.raises(AmountError):
        build(fine, "0.0000000001")


@pytest.mark.parametrize("amount", ["0", "-1"])
@pytest.mark.parametrize("currency", [BTC, ETH, XLM, XRP])
def test_amount_must_be_more_than_zero(currency: Currency, amount: str) -> None:
    with pytest.raises(AmountError):
        build(currency, amount)


def test_amount_beyond_what_stellar_carries_is_refused() -> None:
    assert read(build(XLM, "922337203685.4775807"))["amount"] == "922337203685.4775807"
    with pytest.raises(AmountError):
        build(XLM, "922337203685.4775808")


def test_amount_in_another_currency_is_refused() -> None:
    with pytest.raises(CurrencyError):
        build_payment_uri(BTC, ADDRESSES[BTC], Money("1", LTC))


@pytest.mark.parametrize("currency", ADDRESSES)
@pytest.mark.parametrize(
    "address",
    ["", "x", "175tWpb8K1S7NmH4Zx6rewF9WQrcZv245W", "tb1qw508d6qejxtdg4y5r3zarvary"],
)
def test_bad_address_is_refused(currency: Currency, address: str) -> None:
    with pytest.raises(InputError):
        build(currency, address=address)


@pytest.mark.parametrize("currency", ADDRESSES)
@pytest.mark.parametrize("tail", ["?amount=9", "&amount=9", "#", "%26", "\n", "@5"])
def test_address_can_not_bring_a_parameter(currency: Currency, tail: str) -> None:
    with pytest.raises(InputError):
        build(currency, address=ADDRESSES[currency] + tail)


def test_canonical_address_is_written() -> None:
    assert str(build(BTC, address=ADDRESSES[BTC].upper())).startswith(
        "bitcoin:" + ADDRESSES[BTC]
    )
    assert ADDRESSES[ETH] in str(build(ETH, address=ADDRESSES[ETH].lower()))


@pytest.mark.parametrize(
    "currency",
    [
        Currency("USDT", "tron", None, 6),
        Currency("USDC", "ethereum", "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48", 6),
        Currency("USD", "xrpl", "rvYAfWj5gh67oV6fW32ZzP3Aw4Eubs59B", 15),
        # A token that takes the name of the network's own asset.
        Currency("XRP", "xrpl", "rvYAfWj5gh67oV6fW32ZzP3Aw4Eubs59B", 15),
        Currency("BTC", "liquid", None, 8),
        Currency("USDC", "stellar", None, 7),
        USD,
    ],
)
def test_asset_without_a_sure_form_has_no_uri(currency: Currency) -> None:
    address = ADDRESSES.get(XLM if currency.network == "stellar" else ETH, "")
    assert build_payment_uri(currency, address, Money("1", currency)) is None


@pytest.mark.parametrize("issuer", ["GABC", MUXED[:-1] + "L", "S" + STELLAR[1:]])
def test_bad_issuer_is_refused(issuer: str) -> None:
    with pytest.raises(InputError):
        build(Currency("USDC", "stellar", issuer, 7))
