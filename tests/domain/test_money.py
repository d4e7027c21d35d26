from __future__ import annotations

import copy
import decimal
import pickle
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkout_kit.domain.currency import Currency
from checkout_kit.domain.money import Money, format_decimal, parse_decimal
from checkout_kit.errors import AmountError, CurrencyError
from tests.domain.builders import BTC, ETH, USD, XRP, usd, xrp

JPY = Currency.parse("JPY")
moneys = st.integers(-(10**24), 10**24).map(lambda n: Money.from_minor_units(n, ETH))


def test_eth_keeps_every_digit() -> None:
    text = "123456789012345678.123456789012345678"
    assert Money(text, ETH).to_text() == text


@pytest.mark.parametrize(
    "value",
    [
        "NaN",
        "sNaN",
        "Infinity",
        "-Infinity",
        "1e3",
        "1E-2",
        "+1",
        " 1",
        "1 ",
        "1\n",
        "",
        "-",
        ".5",
        "5.",
        "01",
        "00.5",
        "1,5",
        "1_000",
        "0x10",
        "\uff11",
        "١٢٣",
        "१",
        "1²",
        "--1",
        "1" * 19,
        "0." + "1" * 31,
        pytest.param("9" * 100_000, id="long text"),
        10**18,
        pytest.param(10**5000, id="huge"),
        pytest.param(-(10**5000), id="hugely negative"),
        True,
        None,
        1.5,
        b"1",
        ["1"],
        Decimal("NaN"),
        Decimal("sNaN"),
        Decimal("Infinity"),
        Decimal("1E+18"),
        Decimal("1E+999999"),
        Decimal("1E-999999"),
        pytest.param(Decimal("0." + "1" * 100_000), id="long Decimal"),
    ],
)
def test_what_is_not_a_plain_bounded_number_is_refused(value: object) -> None:
    with pytest.raises(AmountError):
        parse_decimal(value)


def test_float_is_refused_by_money() -> None:
    with pytest.raises(AmountError):
        Money(1.0, USD)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [10, "10", "10.00", Decimal("1E+1"), Decimal(10)])
def test_number_text_and_decimal_mean_the_same(value: Decimal | int | str) -> None:
    assert Money(value, USD) == usd("10")


def test_error_names_the_field() -> None:
    with pytest.raises(AmountError) as caught:
        parse_decimal("x", field="charge.lineItems[0].netAmount")
    assert caught.value.field == "charge.lineItems[0].netAmount"


def test_over_precise_amount_is_refused() -> None:
    with pytest.raises(AmountError, match="2 decimals of USD"):
        Money("1.001", USD)


def test_zeros_behind_the_precision_are_no_precision() -> None:
    assert Money("1.00000", JPY) == Money("1", JPY)


@pytest.mark.parametrize("zero", ["-0", "-0.00", Decimal("-0"), 0])
def test_zero_has_no_sign(zero: Decimal | int | str) -> None:
    assert str(Money(zero, USD)) == "0.00 USD"
    assert Money(zero, USD).to_text() == "0"


def test_negating_zero_gives_no_sign() -> None:
    assert str(-usd("0")) == "0.00 USD"


def test_equal_amounts_have_one_hash() -> None:
    assert len({usd("10"), usd("10.00"), Money(Decimal("1E+1"), USD)}) == 1


def test_same_number_of_another_currency_is_another_money() -> None:
    assert Money("10", XRP) != Money("10", USD)


def test_money_is_false_only_at_zero() -> None:
    assert not usd("0")
    assert usd("0.01")
    assert usd("-0.01")


@pytest.mark.parametrize(
    "mix",
    [
        lambda a, b: a + b,
        lambda a, b: a - b,
        lambda a, b: a < b,
        lambda a, b: a <= b,
        lambda a, b: a > b,
        lambda a, b: a >= b,
    ],
)
def test_mixing_currencies_raises(mix: Callable[[Money, Money], object]) -> None:
    with pytest.raises(CurrencyError):
        mix(xrp("10"), usd("10"))


@pytest.mark.parametrize("other", [1, 1.0, Decimal(1), "1", None])
def test_money_and_a_bare_number_do_not_mix(other: object) -> None:
    with pytest.raises(TypeError):
        usd("1") + other  # type: ignore[operator]


@pytest.mark.parametrize("factor", [1.5, True, Decimal(2), Fraction(1, 2), "2"])
def test_money_is_only_multiplied_by_whole_numbers(factor: object) -> None:
    with pytest.raises(TypeError):
        usd("1") * factor  # type: ignore[operator]


@pytest.mark.parametrize(
    "factor", [10**17, 10**38 + 1, 10**60 + 1, pytest.param(10**5000, id="huge")]
)
def test_product_out_of_bounds_is_an_amount_error(factor: int) -> None:
    with pytest.raises(AmountError):
        Money("99.123456789012345678", ETH) * factor


def test_product_of_every_digit_is_exact() -> None:
    product = Money("1.123456789012345678", ETH) * 99_999_999_999_999_999
    assert product.minor_units == 1123456789012345678 * 99_999_999_999_999_999


def test_sum_out_of_bounds_is_refused() -> None:
    with pytest.raises(AmountError):
        usd("999999999999999999.99") + usd("0.01")


def test_thirty_six_digits_add_up_without_rounding() -> None:
    high, low = Money("9" * 17, ETH), Money("0." + "0" * 17 + "1", ETH)
    assert (high + low).to_text() == "9" * 17 + "." + "0" * 17 + "1"
    assert high + low - high == low


@pytest.mark.parametrize(
    "context",
    [
        decimal.Context(prec=5),
        decimal.Context(prec=1, rounding=decimal.ROUND_UP),
        decimal.Context(prec=3, Emin=-3, Emax=3),
        decimal.Context(
            prec=5, traps=[decimal.Inexact, decimal.Rounded, decimal.FloatOperation]
        ),
        decimal.Context(prec=2, Emin=-1, Emax=1, traps=[decimal.Subnormal], clamp=1),
    ],
)
def test_default_context_of_the_thread_does_not_matter(
    context: decimal.Context,
) -> None:
    with decimal.localcontext(context):
        money = Money("123456789.123456789012345678", ETH)
        assert money.to_text() == "123456789.123456789012345678"
        assert str(money) == "123456789.123456789012345678 ETH"
        assert money + money - money == money
        assert (money * 3).minor_units == 3 * 123456789123456789012345678
        assert money.minor_units == 123456789123456789012345678
        negative = -money
        assert -negative == money
        assert Money.smallest(ETH).minor_units == 1
        assert (
            Money.round_up(Fraction(200, 3), ETH).minor_units == (2 * 10**20) // 3 + 1
        )
        assert money > Money.smallest(ETH)
        assert hash(money) == hash(Money("123456789.123456789012345678", ETH))
        assert parse_decimal("123456.789") == parse_decimal("123456.7890")
        with pytest.raises(AmountError):
            Money("1.001", USD)


def test_minor_units_go_both_ways() -> None:
    assert Money.from_minor_units(125, BTC).to_text() == "0.00000125"
    assert Money("0.00000125", BTC).minor_units == 125
    assert Money.from_minor_units(5, JPY).to_text() == "5"


@pytest.mark.parametrize("units", [0, 1, -1, 10**20 - 1, 1 - 10**20])
def test_minor_units_make_what_their_text_makes(units: int) -> None:
    made = Money.from_minor_units(units, USD)
    written = Money(f"{made.amount:f}", USD)
    assert (str(made), hash(made), made.minor_units) == (
        str(written),
        hash(written),
        units,
    )


@pytest.mark.parametrize("units", [10**20, -(10**20)])
def test_minor_units_have_no_more_digits_than_a_text(units: int) -> None:
    with pytest.raises(AmountError, match="out of bounds"):
        Money.from_minor_units(units, USD)


def test_minor_units_out_of_bounds_are_refused() -> None:
    with pytest.raises(AmountError):
        Money.from_minor_units(10**5000, ETH)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("10.00", "10"),
        ("0.0000001", "0.0000001"),
        ("1E-7", "0.0000001"),
        ("1E+5", "100000"),
        ("100", "100"),
        ("-0", "0"),
        ("-0.10", "-0.1"),
    ],
)
def test_canonical_text_has_no_exponent_and_no_trailing_zero(
    number: str, text: str
) -> None:
    assert format_decimal(Decimal(number)) == text


def test_total_of_nothing_is_zero() -> None:
    assert Money.total([], USD) == Money.zero(USD)


def test_total_of_a_foreign_currency_raises() -> None:
    with pytest.raises(CurrencyError):
        Money.total([usd("1"), xrp("1")], USD)


def test_money_survives_copying_and_pickling() -> None:
    money = usd("1.10")
    assert copy.deepcopy(money) == money
    assert pickle.loads(pickle.dumps(money)) == money  # noqa: S301


@settings(max_examples=60, deadline=None)
@given(st.lists(moneys, max_size=8))
def test_sum_of_parts_is_the_whole(parts: list[Money]) -> None:
    whole = Money.total(parts, ETH)
    assert whole.minor_units == sum(part.minor_units for part in parts)
    assert whole.fraction == sum((part.fraction for part in parts), Fraction(0))


@settings(max_examples=60, deadline=None)
@given(moneys)
def test_text_reads_back_to_the_same_money(money: Money) -> None:
    assert Money(money.to_text(), ETH) == money
