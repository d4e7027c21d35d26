"""Fuzzing of values: what is accepted means the same to a second reader."""

from __future__ import annotations

import ipaddress
import json
from contextlib import suppress
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from hypothesis import example, given
from hypothesis import strategies as st

from checkout_kit import (
    AmountError,
    Currency,
    CurrencyError,
    InputError,
    Money,
)
from checkout_kit.domain.money import parse_decimal
from checkout_kit.domain.payment_uri import build_payment_uri
from checkout_kit.domain.web_address import check_web_address
from checkout_kit.web.text import clean, wallet_link, web_link
from tests.security.strategies import JSON, URL_TEXT, WILD, quickly


@quickly
@given(WILD | st.integers() | st.decimals() | st.floats() | JSON)
@example("1E+5")
@example(Decimal("1E+20"))
@example(Decimal("0E-99"))
def test_fuzz_amounts(value: Any) -> None:
    try:
        number = parse_decimal(value)
    except AmountError:
        return
    assert not isinstance(value, float)
    assert number.is_finite()
    # Python's own reader and JSON's read the same number.
    assert number == Decimal(value)
    assert json.loads(format(number, "f"), parse_float=Decimal) == number
    with suppress(AmountError):
        money = Money(value, "USD")
        assert Money(money.to_text(), "USD") == money


@quickly
@given(
    WILD | st.from_regex(r"[A-Z]{1,4}(:[A-Z0-9]{1,5})?(@[a-z]{1,8})?", fullmatch=True)
)
def test_fuzz_currencies(text: str) -> None:
    try:
        currency = Currency.parse(text)
    except CurrencyError:
        return
    assert Currency.parse(str(currency)) == currency


@quickly
@given(
    st.builds(
        "{}{}{}".format,
        st.sampled_from(["https://", "http://", "https:", "//", "HTTPS://", "java"]),
        URL_TEXT,
        st.sampled_from(["", "/", "/a?b=c#d", ".example", "@evil.example", ":80"]),
    )
    | st.text()
)
@example("https://a.example:80/")
@example("https://[::1]/")
@example("https://127.0.0.1")
@example("https://0127.0.0.1/")
@example("https://1.2.3/")
@example("https://a.0x1/")
def test_fuzz_web_addresses(url: str) -> None:
    try:
        accepted = check_web_address("url", url)
    except InputError as err:
        assert err.field == "url"
        return
    assert accepted == url
    host = _browser_host(url)
    assert host == urlsplit(url).hostname
    assert web_link(url) == url


def _browser_host(url: str) -> str:
    """The host as the WHATWG URL Standard reads it, for what we accept."""
    rest = url.partition("://")[2]
    assert not set(url) & set("\\\t\n\r ")
    authority = rest.replace("?", "/").replace("#", "/").partition("/")[0]
    assert "@" not in authority
    assert "%" not in authority
    if authority.startswith("["):
        inside = authority[1:].partition("]")[0]
        return str(ipaddress.IPv6Address(inside)) and inside.lower()
    host = authority.partition(":")[0].lower()
    last = host.rstrip(".").rpartition(".")[2]
    if last.isdigit() or last.startswith("0x"):
        # Only this form of IPv4 is read alike by everybody.
        assert str(ipaddress.IPv4Address(host)) == host
    return host


@quickly
@given(
    st.sampled_from(["BTC", "LTC", "ETH", "XLM", "XRP", "USD"]),
    WILD,
    st.integers(-1, 10**30),
    st.none() | st.text(max_size=40),
    st.none() | st.sampled_from(["text", "id", "hash", "return", "other"]),
    st.none() | st.integers(-1, 2**33),
    st.none() | st.text(max_size=20),
)
def test_fuzz_payment_uris(
    code: str,
    address: str,
    units: int,
    memo: str | None,
    memo_type: str | None,
    tag: int | None,
    label: str | None,
) -> None:
    currency = Currency.parse(code)
    known = {
        "BTC": "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
        "XLM": "GA47QWN4NHUA6A2ZMQGZUVPPBOVBJKYHZFO4XU7TR2V7BO5KNW4LJE6N",
        "XRP": "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh",
    }
    for there in (address, known.get(code, address)):
        # InputError and its kinds are the only ones that are documented.
        with suppress(InputError):
            amount = Money.from_minor_units(units, currency)
            uri = build_payment_uri(
                currency, there, amount, memo, memo_type, tag, label, label
            )
            _check_uri(uri, amount, memo, tag)


def _check_uri(
    uri: str | None, amount: Money, memo: str | None, tag: int | None
) -> None:
    if uri is None:
        return
    assert all(33 <= ord(c) <= 126 for c in uri)
    pairs = dict(parse_qsl(uri.partition("?")[2], strict_parsing=True))
    if "amount" in pairs:
        assert Decimal(pairs["amount"]) == amount.amount
    if memo is not None:
        assert "memo" in pairs
    if tag is not None:
        assert pairs["dt"] == str(tag)


@quickly
@given(st.text())
def test_fuzz_text_of_others(text: str) -> None:
    shown = clean(text)
    assert clean(shown) == shown
    for link in (web_link(text), wallet_link(text)):
        if link is not None:
            assert not link.lower().startswith(("javascript:", "data:", "vbscript:"))
            assert link.isascii()
