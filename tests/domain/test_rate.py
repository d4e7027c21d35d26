from __future__ import annotations

from datetime import datetime, timedelta, timezone
from fractions import Fraction
from typing import Any

import pytest

from checkout_kit import Currency, InputError, Rate

NOW = datetime(2026, 1, 5, 12, tzinfo=timezone.utc)


def make_rate(**changes: Any) -> Rate:
    values: dict[str, Any] = {
        "base": Currency.parse("BTC"),
        "counter": Currency.parse("JPY"),
        "bid": Fraction(5_000_000),
        "ask": Fraction(5_000_100),
        "observed_at": NOW,
        "expires_at": NOW + timedelta(seconds=60),
        "source": "product_cash_btcjpy_5",
    }
    return Rate(**(values | changes))


def test_a_rate_ages_until_nobody_may_use_it() -> None:
    rate = make_rate()
    assert rate.pair == "BTC/JPY"
    assert rate.age(NOW + timedelta(seconds=7)) == timedelta(seconds=7)
    assert not rate.is_stale(NOW + timedelta(seconds=59))
    assert rate.is_stale(NOW + timedelta(seconds=60))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"counter": Currency.parse("BTC")}, "rate.counter"),
        ({"bid": Fraction(0)}, "rate.bid"),
        ({"ask": Fraction(-1)}, "rate.ask"),
        ({"bid": 5_000_000.0}, "rate.bid"),
        ({"bid": Fraction(5_000_200)}, "rate.bid"),
        ({"last": Fraction(0)}, "rate.last"),
        ({"observed_at": NOW.replace(tzinfo=None)}, "rate.observed_at"),
        ({"expires_at": NOW.replace(tzinfo=None)}, "rate.expires_at"),
        ({"source": ""}, "rate.source"),
    ],
)
def test_a_rate_that_can_not_be_right_is_refused(
    changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InputError) as caught:
        make_rate(**changes)
    assert caught.value.field == field
