"""The pages of the shelf and the cart, through their forms."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import update

from example_shop.catalogue import PRODUCTS
from example_shop.database import db
from example_shop.stock import Stock
from tests.example_shop.shopper import Shopper


def test_catalogue_shows_every_product(shopper: Shopper) -> None:
    page = shopper.get("/")
    for product in PRODUCTS.values():
        assert product.name in page
        assert product.picture in page
    assert "Demo shop, test money only" in page


def test_unknown_product_is_not_found(shopper: Shopper) -> None:
    response = shopper.client.get("/products/no-such-thing")
    assert response.status_code == 404
    assert "Nothing on this shelf" in response.text


def test_cart_counts_what_was_added_twice(shopper: Shopper) -> None:
    shopper.put_into_cart("tide-mug", 2)
    shopper.put_into_cart("tide-mug")
    assert 'value="3"' in shopper.get("/cart")


def test_quantity_can_be_changed_and_taken_out(shopper: Shopper) -> None:
    shopper.put_into_cart("tide-mug", 2)
    assert shopper.post("/cart/tide-mug", quantity="4").status_code == 303
    assert "$112.00" in shopper.get("/cart")
    assert shopper.post("/cart/tide-mug", quantity="4", remove="1").status_code == 303
    assert "There is nothing in it yet" in shopper.get("/cart")


@pytest.mark.parametrize(
    "quantity", ["0", "-3", "1.5", "many", "", "11", "99999999999"]
)
def test_bad_quantity_is_explained_and_changes_nothing(
    shopper: Shopper, quantity: str
) -> None:
    response = shopper.post("/products/tide-mug", quantity=quantity)
    assert response.status_code == 400
    assert 'role="alert"' in response.text
    assert "There is nothing in it yet" in shopper.get("/cart")


def test_more_than_is_left_is_refused(shopper: Shopper) -> None:
    response = shopper.post("/products/harbour-light", quantity="4")
    assert response.status_code == 400
    assert "Only 3 of Harbour Light left" in response.text


def test_bad_quantity_in_the_cart_keeps_the_old_one(shopper: Shopper) -> None:
    shopper.put_into_cart("tide-mug", 2)
    assert shopper.post("/cart/tide-mug", quantity="x").status_code == 400
    assert 'value="2"' in shopper.get("/cart")


def test_sold_out_product_has_no_form(app: Flask, shopper: Shopper) -> None:
    with app.app_context():
        db.session.execute(
            update(Stock).where(Stock.slug == "dune-bowl").values(available=0)
        )
        db.session.commit()
    page = shopper.get("/products/dune-bowl")
    assert "Sold out" in page
    assert 'action="/products/dune-bowl"' not in page


def test_code_is_taken_and_taken_off_again(shopper: Shopper) -> None:
    shopper.put_into_cart("tide-mug")
    assert shopper.post("/cart/discount", code="welcome10").status_code == 303
    assert "\N{MINUS SIGN}$2.80" in shopper.get("/cart")
    assert shopper.post("/cart/discount", remove="1").status_code == 303
    assert "$2.80" not in shopper.get("/cart")


def test_unknown_code_is_shown_again_and_escaped(shopper: Shopper) -> None:
    shopper.put_into_cart("tide-mug")
    response = shopper.post("/cart/discount", code='"><script>alert(1)</script>')
    assert response.status_code == 400
    assert "This code is not known here" in response.text
    assert "<script>alert" not in response.text


def test_country_decides_shipping_and_tax(shopper: Shopper) -> None:
    shopper.put_into_cart("tide-mug")
    assert shopper.post("/cart/country", country="DE").status_code == 303
    page = shopper.get("/cart")
    assert "Shipping to Germany" in page
    assert "VAT 19\N{NO-BREAK SPACE}%" in page


@pytest.mark.parametrize("country", ["", "XX", "de", "DE'", "<b>", "DE" * 5000])
def test_unknown_country_is_refused(shopper: Shopper, country: str) -> None:
    shopper.put_into_cart("tide-mug")
    response = shopper.post("/cart/country", country=country)
    assert response.status_code == 400
    assert "Shipping to United States" in shopper.get("/cart")


def test_empty_cart_can_not_be_reviewed(shopper: Shopper) -> None:
    response = shopper.client.get("/review")
    assert (response.status_code, response.location) == (303, "/cart")


def test_review_shows_the_total_on_the_button(shopper: Shopper) -> None:
    shopper.put_into_cart("tide-mug", 2)
    assert "Pay $68.06" in shopper.get("/review")


def test_prices_sent_by_a_browser_are_ignored(shopper: Shopper) -> None:
    shopper.post(
        "/products/tide-mug", quantity="1", price="0.01", net_amount="0", total="0"
    )
    assert "$28.00" in shopper.get("/cart")
