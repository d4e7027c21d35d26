"""Amounts on the page: exact in every language."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from checkout_kit.domain.currency import Currency
from checkout_kit.domain.money import Money
from checkout_kit.web.amounts import (
    format_asset,
    format_money,
    format_rate,
    format_remaining,
    format_time,
)
from tests.web.fake_desk import NOW


@pytest.mark.parametrize(
    ("amount", "currency", "locale", "shown"),
    [
        ("1234.50", "EUR", "en", "€1,234.50"),
        ("1234.50", "EUR", "de", "1.234,50\u00a0€"),
        ("1234", "JPY", "en", "¥1,234"),
        ("1.234", "KWD", "en", "KWD\u00a01.234"),
        # Babel alone would show no decimals: CLDR is not ISO 4217.
        ("10.25", "IRR", "en", "IRR\u00a010.25"),
        ("12.00", "CHF", "de", "12,00\u00a0CHF"),
        ("-9.30", "EUR", "en", "\N{MINUS SIGN}€9.30"),
        ("999999999999999999.99", "USD", "en", "$999,999,999,999,999,999.99"),
        ("0.00000001", "BTC", "de", "0.00000001\u00a0BTC"),
        ("5.00", "EUR", "no-such-locale", "€5.00"),
    ],
)
def test_money_keeps_every_digit(
    amount: str, currency: str, locale: str, shown: str
) -> None:
    assert format_money(Money(amount, currency), locale) == shown


def test_asset_amounts_are_never_rounded() -> None:
    ether = Currency.parse("ETH")
    assert format_asset(Money("123456.000000000000000001", ether)) == (
        "123456.000000000000000001\u00a0ETH"
    )


@pytest.mark.parametrize(
    ("rate", "shown"),
    [("0.19", "19%"), ("0.0825", "8.25%"), ("0.2", "20%"), ("1", "100%"), ("0", "0%")],
)
def test_tax_rates_are_exact(rate: str, shown: str) -> None:
    assert format_rate(Decimal(rate), "en") == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(-5, "00:00"), (9.9, "00:09"), (3599, "59:59"), (3661, "1:01:01")],
)
def test_remaining_time_is_a_clock(seconds: float, shown: str) -> None:
    assert format_remaining(timedelta(seconds=seconds)) == shown


def test_times_say_their_zone() -> None:
    assert format_time(NOW, "en") == "Nov 21, 2026, 2:00\u202fPM UTC"
    assert format_time(NOW, "de") == "21.11.2026, 14:00 UTC"
