"""Amounts as people read them; exact, whatever the language."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.dates import format_time as format_time_of_day
from babel.numbers import (
    NumberPattern,
    format_percent,
    get_currency_symbol,
    parse_pattern,
)

from checkout_kit.domain.money import Money


def format_money(money: Money, locale: str) -> str:
    """Write an amount for display; an asset's amount keeps every digit it has.

    Fiat money has as many decimals as ISO 4217 says: Babel's own are CLDR's, which
    differ.
    """
    if not money.currency.is_fiat:
        return format_asset(money)
    code, known = money.currency.code, _known(locale)
    text = _pattern(locale, money.currency.decimals).apply(
        money.amount, known, currency=code, currency_digits=False
    )
    # A code that stands for a sign needs a space (CLDR's currencySpacing).
    symbol = get_currency_symbol(code, known)
    if symbol[-1].isalpha():
        text = text.replace(symbol, f"{symbol}\u00a0").replace("\u00a0\u00a0", "\u00a0")
    return str(text).strip().replace("-", "\N{MINUS SIGN}")


def format_asset(money: Money) -> str:
    """Write an asset's exact amount and code, as a wallet asks for it."""
    return f"{money.to_text()}\u00a0{money.currency.code}"


def format_rate(percent: Decimal, locale: str) -> str:
    """Write a tax rate; 0.0825 is 8.25 %."""
    places = max(0, -int(percent.normalize().as_tuple().exponent) - 2)
    pattern = "#,##0." + "0" * places + "%" if places else "#,##0%"
    return format_percent(percent, format=pattern, locale=_known(locale))


def format_credit(credit: Fraction, total: Money, locale: str) -> str:
    """Write what was credited, rounded down to the charge currency's minor unit."""
    return format_money(Money.round_down(credit, total.currency), locale)


def format_time(moment: datetime, locale: str) -> str:
    """Write a moment in UTC, which is what a server can say for sure."""
    known = _known(locale)
    day = format_date(moment, "medium", locale=known)
    clock = format_time_of_day(moment, "short", locale=known)
    return f"{day}, {clock} UTC"


def format_remaining(span: timedelta) -> str:
    """Write a time span as a clock: 59:59, or 1:00:00 from an hour on."""
    seconds = max(0, int(span.total_seconds()))
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    if hours:
        return f"{hours}:{minutes:02}:{seconds:02}"
    return f"{minutes:02}:{seconds:02}"


@lru_cache(maxsize=256)
def _pattern(locale: str, decimals: int) -> NumberPattern:
    standard = _known(locale).currency_formats["standard"]
    exact: NumberPattern = parse_pattern(standard.pattern)
    exact.frac_prec = (decimals, decimals)
    return exact


@lru_cache(maxsize=64)
def _known(locale: str) -> Locale:
    try:
        return Locale.parse(locale)
    except (ValueError, UnknownLocaleError):
        return Locale("en")
