"""Fees: the document's examples, and a merchant who ends whole."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkout_kit.domain.money import Money
from checkout_kit_rain.answers import Price
from checkout_kit_rain.fees import (
    BTC,
    USD,
    gross_up,
    payment_for,
    quoting_rate,
    sale_fee,
    sale_terms,
    selling_rate,
)
from checkout_kit_rain.schemas import PriceSchema
from tests.plugins.rain.fake_api import make_settings, read_case

SETTINGS = make_settings("https://api.example.com/api/1")


def price(buy: str, sell: str) -> Price:
    case = read_case("get_prices_one")
    case["buy_price"]["amount"], case["sell_price"]["amount"] = buy, sell
    found: Price = PriceSchema().load(case)
    return found


@pytest.mark.parametrize(
    ("subtotal", "fee", "changes"),
    [
        ("1.50", "0.02", {}),
        ("4.00", "0.04", {}),
        ("4.01", "0.05", {}),
        ("4.01", "0.04", {"fee_rounding": "half_up"}),
        ("4.00", "1.00", {"minimum_fee": Decimal(1)}),
    ],
)
def test_the_fee_is_that_of_the_documents_examples(
    subtotal: str, fee: str, changes: dict[str, Any]
) -> None:
    settings = make_settings("https://api.example.com/api/1", **changes)
    assert sale_fee(Money(subtotal, USD), settings) == Money(fee, USD)


def test_a_sales_total_is_the_subtotal_less_the_fee() -> None:
    terms = sale_terms(Money(1, BTC), Fraction(4), SETTINGS)
    assert (terms.subtotal, terms.total) == (Money(4, USD), Money("3.96", USD))


def test_the_lower_of_both_prices_counts() -> None:
    assert quoting_rate(price("90.00", "100.00")) == 90
    assert quoting_rate(price("100.00", "90.00")) == 90
    dear = make_settings("https://api.example.com/api/1", sale_price="sell")
    assert selling_rate(price("90.00", "100.00"), dear) == 100


@given(
    due=st.integers(1, 10**9),
    rate=st.integers(1, 10**9),
    percent=st.integers(0, 500),
    least=st.integers(0, 500),
    rounding=st.sampled_from(["up", "half_up"]),
)
def test_what_a_buyer_sends_leaves_the_merchant_whole(
    due: int, rate: int, percent: int, least: int, rounding: str
) -> None:
    settings = make_settings(
        "https://api.example.com/api/1",
        fee_percent=Decimal(percent) / 100,
        minimum_fee=Decimal(least) / 100,
        fee_rounding=rounding,
    )
    owed = Money.from_minor_units(due, USD)
    text = f"{Decimal(rate) / 100}"
    amount = payment_for(owed, price(text, text), settings)
    assert amount is not None
    terms = sale_terms(amount, Fraction(rate, 100), settings)
    assert terms.total >= owed
    assert gross_up(owed, settings) <= terms.subtotal


def test_what_a_sale_would_not_pay_for_is_not_offered() -> None:
    settings = make_settings(
        "https://api.example.com/api/1", fee_paid_by="merchant", minimum_fee=Decimal(1)
    )
    cheap = Money("1.00", USD)
    assert payment_for(cheap, price("100.00", "100.00"), settings) is None
