from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from checkout_kit.domain.charge import (
    Charge,
    DiscountItem,
    LineItem,
    ShippingCostItem,
    TaxItem,
    check_text,
)
from checkout_kit.domain.money import Money
from checkout_kit.errors import AmountError, CurrencyError, InputError


def test_example_of_the_document() -> None:
    charge = Charge(
        "USD",
        [LineItem("T-Shirt", "10", quantity=1, product_id="P1")],
        [DiscountItem("Loyalty", "0.5")],
        [ShippingCostItem("Shipping", "3.99", taxable=False)],
        [TaxItem("CA Sales Tax", "0.0825")],
    )
    # 13.49 + 9.50 · 0.0825 = 14.27375
    assert charge.total.to_text() == "14.27"
    assert charge.net.to_text() == "13.49"
    assert charge.subtotal.to_text() == "10"
    assert charge.tax.to_text() == "0.78"


def test_taxable_shipping_is_taxed() -> None:
    charge = Charge(
        "USD",
        [LineItem("Goods", "10")],
        shipping_cost_items=[
            ShippingCostItem("Parcel", "5", taxable=True),
            ShippingCostItem("Stamp", "1", taxable=False),
        ],
        tax_items=[TaxItem("VAT", "0.2")],
    )
    assert charge.total.to_text() == "19"


def test_taxes_add_up_and_do_not_compound() -> None:
    taxes = [TaxItem("State", "0.1"), TaxItem("City", "0.1")]
    assert Charge("USD", [LineItem("Goods", "100")], tax_items=taxes).total == Money(
        "120", "USD"
    )


def test_tax_is_rounded_once_at_the_end() -> None:
    # Rounded line by line, three times 0.005 would be 0.03.
    lines = [LineItem("Goods", "0.05")] * 3
    charge = Charge("USD", lines, tax_items=[TaxItem("VAT", "0.1")])
    assert charge.total.to_text() == "0.17"


def test_half_a_cent_goes_up() -> None:
    charge = Charge("USD", [LineItem("G", "0.10")], tax_items=[TaxItem("VAT", "0.05")])
    assert charge.total.to_text() == "0.11"


def test_quantity_multiplies() -> None:
    line = LineItem("Goods", "1.10", quantity=3)
    charge = Charge("USD", [line])
    assert charge.total.to_text() == "3.3"
    assert charge.line_total(line).to_text() == "3.3"


def test_total_of_yen_has_no_decimals() -> None:
    charge = Charge("JPY", [LineItem("Goods", "105")], tax_items=[TaxItem("T", "0.1")])
    assert str(charge.total) == "116 JPY"


def test_charge_in_a_crypto_asset_keeps_its_precision() -> None:
    charge = Charge("ETH", [LineItem("Goods", "0.000000000000000001")])
    assert charge.total.minor_units == 1


def test_default_context_of_the_thread_does_not_matter() -> None:
    with localcontext() as context:
        context.prec = 5
        charge = Charge(
            "USD",
            [LineItem("Goods", "1234567.89", 7)],
            tax_items=[TaxItem("VAT", "0.08251234")],
        )
    assert charge.total.to_text() == "9355044.83"


@pytest.mark.parametrize("quantity", [0, -1, 1.0, True, "2", None, 1_000_001, 10**30])
def test_quantity_that_is_no_bounded_whole_number_is_refused(quantity: Any) -> None:
    with pytest.raises(InputError) as caught:
        LineItem("Goods", "1", quantity=quantity)
    assert caught.value.field == "quantity"


@pytest.mark.parametrize("amount", ["-1", "NaN", "1e2", 1.5, "", None])
@pytest.mark.parametrize("item", [LineItem, DiscountItem, ShippingCostItem])
def test_negative_or_unreadable_net_amount_is_refused(item: Any, amount: Any) -> None:
    with pytest.raises(AmountError) as caught:
        item("Something", amount)
    assert caught.value.field == "netAmount"


@pytest.mark.parametrize("percent", ["-0.01", "8.25e-2", "10.01", 0.0825, "8,25"])
def test_tax_that_is_no_decimal_notation_is_refused(percent: Any) -> None:
    with pytest.raises(AmountError) as caught:
        TaxItem("VAT", percent)
    assert caught.value.field == "percent"


def test_taxable_must_be_a_truth_value() -> None:
    with pytest.raises(InputError):
        ShippingCostItem("Shipping", "1", taxable="false")  # type: ignore[arg-type]


def test_description_of_200_characters_is_the_longest() -> None:
    assert LineItem("x" * 200, "1").description == "x" * 200
    with pytest.raises(InputError, match="200"):
        LineItem("x" * 201, "1")


def test_product_id_of_20_characters_is_the_longest() -> None:
    assert LineItem("x", "1", product_id="p" * 20).product_id == "p" * 20
    with pytest.raises(InputError, match="20"):
        LineItem("x", "1", product_id="p" * 21)


@pytest.mark.parametrize(
    "mark",
    [
        "\u202e",
        "\u202a",
        "\u2066",
        "\u2069",
        "\u200b",
        "\u200e",
        "\u200f",
        "\u061c",
        "\ufeff",
        "\u2028",
        "\u2029",
        "\n",
        "\r",
        "\t",
        "\x00",
        "\x7f",
        "\x85",
        "\ud800",
    ],
)
def test_direction_mark_or_control_character_is_refused(mark: str) -> None:
    with pytest.raises(InputError, match="control"):
        check_text("description", f"a{mark}b", maximum=200)


@pytest.mark.parametrize("text", ["Zażółć", "日本語", "می‌خواهم", "👨‍👩‍👧", "עברית"])
def test_text_of_every_script_is_accepted(text: str) -> None:
    assert check_text("description", text, maximum=200) == text


@pytest.mark.parametrize("text", ["", "   ", None, 5, b"x"])
def test_missing_text_is_refused(text: object) -> None:
    with pytest.raises(InputError):
        check_text("description", text, maximum=200)


def test_empty_text_is_accepted_where_it_may_be_blank() -> None:
    assert check_text("name", "", maximum=5, blank=True) == ""


def test_charge_without_line_items_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        Charge("USD", [])
    assert caught.value.field == "charge.lineItems"


def test_more_than_500_items_are_refused() -> None:
    with pytest.raises(InputError, match="500"):
        Charge("USD", [LineItem("x", "1")] * 501)


def test_item_of_another_kind_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        Charge("USD", [LineItem("x", "1"), DiscountItem("y", "1")])  # type: ignore[list-item]
    assert caught.value.field == "charge.lineItems[1]"


@pytest.mark.parametrize("currency", ["ZZZ", "XAU", "", "usd$"])
def test_unknown_currency_is_refused(currency: str) -> None:
    with pytest.raises(CurrencyError) as caught:
        Charge(currency, [LineItem("x", "1")])
    assert caught.value.field == "charge.currency"


def test_over_precise_item_is_refused_by_name() -> None:
    with pytest.raises(AmountError) as caught:
        Charge("USD", [LineItem("x", "1"), LineItem("y", "0.001")])
    assert caught.value.field == "charge.lineItems[1].netAmount"


@pytest.mark.parametrize(("price", "discount"), [("0", "0"), ("5", "5"), ("0", "0.00")])
def test_zero_total_is_refused(price: str, discount: str) -> None:
    with pytest.raises(AmountError, match="more than zero"):
        Charge("USD", [LineItem("x", price)], [DiscountItem("d", discount)])


def test_discount_above_the_goods_is_refused_even_if_shipping_exceeds_it() -> None:
    with pytest.raises(AmountError) as caught:
        Charge(
            "USD",
            [LineItem("x", "5")],
            [DiscountItem("d", "5.01")],
            [ShippingCostItem("s", "100")],
        )
    assert caught.value.field == "charge.discountItems"


def test_total_out_of_bounds_is_refused() -> None:
    with pytest.raises(AmountError, match="out of bounds"):
        Charge("USD", [LineItem("x", "9" * 18, quantity=1_000_000)])


def test_subtotal_out_of_bounds_is_refused_whatever_the_discount() -> None:
    big = "9" * 18
    with pytest.raises(AmountError, match="out of bounds"):
        Charge("USD", [LineItem("x", big, 2)], [DiscountItem("d", big)])


cents = st.integers(0, 10**6).map(lambda n: Decimal(n).scaleb(-2))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(cents, st.integers(1, 50)), min_size=1, max_size=4),
    st.lists(cents, max_size=2),
    st.lists(st.tuples(cents, st.booleans()), max_size=3),
    st.lists(st.integers(0, 3000).map(lambda n: Decimal(n).scaleb(-4)), max_size=3),
)
def test_total_follows_the_formula(
    lines: list[tuple[Decimal, int]],
    discounts: list[Decimal],
    shipping: list[tuple[Decimal, bool]],
    taxes: list[Decimal],
) -> None:
    goods = sum(Fraction(price) * count for price, count in lines) - sum(
        Fraction(discount) for discount in discounts
    )
    taxed = goods + sum(Fraction(price) for price, taxable in shipping if taxable)
    net = goods + sum(Fraction(price) for price, _ in shipping)
    hundredths = (net + taxed * sum(Fraction(tax) for tax in taxes)) * 100
    expected = (2 * hundredths + 1) // 2
    assume(goods >= 0 and expected > 0)
    charge = Charge(
        "USD",
        [LineItem("x", price, count) for price, count in lines],
        [DiscountItem("d", discount) for discount in discounts],
        [ShippingCostItem("s", price, taxable) for price, taxable in shipping],
        [TaxItem("t", tax) for tax in taxes],
    )
    assert charge.total.minor_units == expected
    assert charge.net + charge.tax == charge.total
    assert charge.net.fraction == net
