from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkout_kit.domain.currency import Currency
from checkout_kit.domain.money import Money
from checkout_kit.errors import AmountError
from tests.domain.builders import BTC, ETH, USD

JPY = Currency.parse("JPY")


@pytest.mark.parametrize(
    ("value", "up", "down", "half_up"),
    [
        (Fraction(1001, 1000), "1.01", "1", "1"),
        (Fraction(1005, 1000), "1.01", "1", "1.01"),
        (Fraction(1009, 1000), "1.01", "1", "1.01"),
        (Fraction(1), "1", "1", "1"),
        (Fraction(1, 3), "0.34", "0.33", "0.33"),
        (Fraction(-1001, 1000), "-1", "-1.01", "-1"),
        (Fraction(-1005, 1000), "-1", "-1.01", "-1.01"),
        (Fraction(1, 10**30), "0.01", "0", "0"),
        (Fraction(0), "0", "0", "0"),
    ],
)
def test_rounding_modes(value: Fraction, up: str, down: str, half_up: str) -> None:
    assert Money.round_up(value, USD).to_text() == up
    assert Money.round_down(value, USD).to_text() == down
    assert Money.round_half_up(value, USD).to_text() == half_up


@pytest.mark.parametrize(
    "value", [Fraction(10**18), Fraction(10**400, 3)], ids=["large", "huge"]
)
def test_rounding_something_huge_is_refused(value: Fraction) -> None:
    with pytest.raises(AmountError):
        Money.round_up(value, USD)


@settings(max_examples=60, deadline=None)
@given(st.fractions(-(10**9), 10**9), st.sampled_from([USD, JPY, BTC, ETH]))
def test_rounding_is_off_by_less_than_one_unit(
    value: Fraction, currency: Currency
) -> None:
    unit = Money.smallest(currency).fraction
    assert 0 <= Money.round_up(value, currency).fraction - value < unit
    assert 0 <= value - Money.round_down(value, currency).fraction < unit
    assert abs(Money.round_half_up(value, currency).fraction - value) <= unit / 2
