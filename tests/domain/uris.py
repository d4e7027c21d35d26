"""Samples of deposit instructions, and a reader of payment URIs."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from checkout_kit.domain.currency import Currency
from checkout_kit.domain.money import Money
from checkout_kit.domain.payment_uri import build_payment_uri
from tests.domain.builders import BTC, ETH, XLM, XRP

LTC = Currency.parse("LTC")
STELLAR = "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ"
MUXED = "MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVAAAAAAAAAAAAAJLK"
ADDRESSES = {
    BTC: "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
    LTC: "LaMT348PWRnrqeeWArpwQPbuanpXDZGEUz",
    ETH: "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    XLM: STELLAR,
    XRP: "rPEPPER7kfTD9w2To4CQk6UCfuHM9c6GDY",
}
USDC = Currency("USDC", "stellar", STELLAR, 7)
HASH = bytes(range(32))


def build(currency: Currency, amount: str = "1.5", **options: Any) -> str | None:
    """Build a URI with the network's sample address."""
    native = next(c for c in ADDRESSES if c.network == currency.network)
    values: dict[str, Any] = {
        "address": ADDRESSES[native],
        "amount": Money(amount, currency),
    }
    return build_payment_uri(currency, **(values | options))


def read(uri: str | None) -> dict[str, str]:
    """Read the query; a key that is there twice is an error."""
    assert uri is not None
    pairs = parse_qsl(urlsplit(uri).query, keep_blank_values=True, strict_parsing=True)
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)
