"""The cart and the totals: what is chosen, and what it comes to."""

from __future__ import annotations

from decimal import Decimal

import pytest

from example_shop.cart import MAX_QUANTITY, Cart, QuantityError, parse_quantity
from example_shop.catalogue import PRODUCTS
from example_shop.delivery import COUNTRIES, HOME, Country
from example_shop.discount import normalise_code
from example_shop.pricing import fingerprint, price_cart

MUG, TEAPOT = PRODUCTS["tide-mug"], PRODUCTS["ember-teapot"]
TAX_FREE = COUNTRIES["HK"]
GERMANY = COUNTRIES["DE"]


def cart_of(**quantities: int) -> Cart:
    return Cart.from_session(
        [[slug.replace("_", "-"), number] for slug, number in quantities.items()]
    )


def total_of(cart: Cart, country: Country = TAX_FREE, code: str | None = None) -> str:
    return price_cart(cart, country, code).total.to_text()


def test_cart_survives_the_session_in_its_order() -> None:
    cart = cart_of(tide_mug=2, ember_teapot=1, dune_bowl=3)
    assert Cart.from_session(cart.to_session()) == cart
    assert cart.count == 6


def test_setting_a_quantity_leaves_the_old_cart_alone() -> None:
    cart = cart_of(tide_mug=2)
    assert cart.with_quantity(MUG, 5).quantity_of(MUG) == 5
    assert cart.quantity_of(MUG) == 2


def test_quantity_none_takes_the_product_out() -> None:
    assert not cart_of(tide_mug=2).with_quantity(MUG, 0)


@pytest.mark.parametrize("quantity", [-1, MAX_QUANTITY + 1, 10**9])
def test_quantity_out_of_bounds_is_refused(quantity: int) -> None:
    with pytest.raises(QuantityError):
        Cart().with_quantity(MUG, quantity)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-1",
        "+1",
        "1.5",
        "1e3",
        "0x10",
        "²",
        "\uff12",
        "NaN",
        "9999",
        "1\n2",
        "1_0",
    ],
)
def test_quantity_that_is_no_plain_number_is_refused(text: str) -> None:
    with pytest.raises(QuantityError):
        parse_quantity(text)


@pytest.mark.parametrize(
    "stored",
    [
        None,
        "tide-mug",
        {"tide-mug": 1},
        [["tide-mug"]],
        [["tide-mug", "3"]],
        [["tide-mug", 1.5]],
        [["tide-mug", -1]],
        [["tide-mug", 10**30]],
        [["no-such-thing", 1]],
        [[["tide-mug"], 1]],
    ],
)
def test_stored_cart_that_makes_no_sense_is_empty(stored: object) -> None:
    assert Cart.from_session(stored) == Cart()


def test_goods_and_shipping_add_up() -> None:
    assert total_of(cart_of(tide_mug=2)) == "78"


def test_discount_is_ten_percent_of_the_goods_only() -> None:
    assert total_of(cart_of(tide_mug=2), code="WELCOME10") == "72.4"


def test_discount_is_rounded_to_the_cent() -> None:
    charge = price_cart(cart_of(tide_mug=1), TAX_FREE, "WELCOME10")
    assert charge.discount_items[0].net_amount == Decimal("2.80")


def test_unknown_discount_changes_nothing() -> None:
    assert total_of(cart_of(tide_mug=2), code="WELCOME99") == "78"


def test_code_is_read_in_any_case_and_nothing_else_is_a_code() -> None:
    assert normalise_code(" welcome10 ") == "WELCOME10"
    assert normalise_code("WELCOME10' OR 1=1") is None


def test_shipping_is_free_from_its_threshold() -> None:
    charge = price_cart(cart_of(ember_teapot=2, tide_mug=1), TAX_FREE, None)
    assert charge.shipping_cost_items[0].net_amount == 0


def test_discount_counts_against_the_threshold() -> None:
    cart = cart_of(ember_teapot=2, tide_mug=1)  # 220, less 22 is below 200
    charge = price_cart(cart, TAX_FREE, "WELCOME10")
    assert charge.shipping_cost_items[0].net_amount == Decimal("22")


def test_tax_covers_shipping_where_the_country_says_so() -> None:
    # (56 + 14) * 1.19
    assert total_of(cart_of(tide_mug=2), GERMANY) == "83.3"


def test_tax_leaves_shipping_out_elsewhere() -> None:
    # 56 * 1.0725 + 8
    assert total_of(cart_of(tide_mug=2), HOME) == "68.06"


@pytest.mark.parametrize(
    "country", COUNTRIES.values(), ids=lambda country: country.code
)
@pytest.mark.parametrize("code", [None, "WELCOME10"])
def test_shown_sums_add_up_to_the_total(country: Country, code: str | None) -> None:
    charge = price_cart(cart_of(tide_mug=3, pebble_cups=1), country, code)
    discounts = sum((item.net_amount for item in charge.discount_items), Decimal(0))
    shipping = sum((item.net_amount for item in charge.shipping_cost_items), Decimal(0))
    shown = charge.subtotal.amount - discounts + shipping + charge.tax.amount
    assert shown == charge.total.amount


def test_fingerprint_tells_two_charges_apart() -> None:
    one = price_cart(cart_of(tide_mug=1), HOME, None)
    same = price_cart(cart_of(tide_mug=1), HOME, None)
    other = price_cart(cart_of(tide_mug=1), HOME, "WELCOME10")
    assert fingerprint(one) == fingerprint(same) != fingerprint(other)


def test_every_product_has_its_picture_and_a_price() -> None:
    from example_shop import create_app  # its folder is where the pictures are

    folder = create_app.__globals__["__file__"].rpartition("/")[0]
    for product in PRODUCTS.values():
        with open(f"{folder}/static/{product.picture}") as picture:
            assert picture.read().startswith("<svg ")
        assert product.net_amount > 0
