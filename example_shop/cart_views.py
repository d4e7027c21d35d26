"""Pages of the cart: quantities, discount code and country."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from example_shop.blueprint import (
    current_cart,
    current_code,
    current_country,
    keep_cart,
    shop,
)
from example_shop.cart import MAX_QUANTITY, QuantityError, parse_quantity
from example_shop.catalogue import Product
from example_shop.database import db
from example_shop.delivery import COUNTRIES
from example_shop.discount import normalise_code
from example_shop.order import find_order
from example_shop.pricing import price_cart
from example_shop.security import buyer_id
from example_shop.shelf_views import find_product, render_product
from example_shop.stock import read_stock

Page = str | tuple[str, int] | Response


@shop.get("/cart")
def show_cart() -> str:
    """Show the cart; the way back from a checkout that was called off ends here."""
    return render_cart()


@shop.post("/products/<slug>")
def add_to_cart(slug: str) -> Page:
    """Put some of a product into the cart, on top of what is there."""
    product = find_product(slug)
    try:
        quantity = parse_quantity(request.form.get("quantity", "1"))
        if not quantity:
            raise QuantityError("Please choose at least one.")
        _set_quantity(product, current_cart().quantity_of(product) + quantity)
    except QuantityError as err:
        return render_product(product, problem=str(err)), 400
    flash(f"{product.name} is in your cart.")
    return redirect(url_for("shop.show_cart"), 303)


@shop.post("/cart/<slug>")
def change_quantity(slug: str) -> Page:
    """Set how many of a product to buy; none, or "Remove", takes it out."""
    product = find_product(slug)
    try:
        text = "0" if "remove" in request.form else request.form.get("quantity", "")
        _set_quantity(product, parse_quantity(text))
    except QuantityError as err:
        return render_cart(problem=str(err)), 400
    return redirect(url_for("shop.show_cart"), 303)


@shop.post("/cart/discount")
def enter_code() -> Page:
    """Take a discount code, or take it off again."""
    if "remove" in request.form:
        session.pop("code", None)
        return redirect(url_for("shop.show_cart"), 303)
    entered = request.form.get("code", "")[:40]
    code = normalise_code(entered)
    if code is None:
        return render_cart(unknown_code=entered), 400
    session["code"] = code
    return redirect(url_for("shop.show_cart"), 303)


@shop.post("/cart/country")
def choose_country() -> Page:
    """Choose where to send the order."""
    country = request.form.get("country", "")
    if country not in COUNTRIES:
        return render_cart(problem="Sorry, we don't ship there."), 400
    session["country"] = country
    return redirect(url_for("shop.show_cart"), 303)


def render_cart(*, problem: str = "", unknown_code: str | None = None) -> str:
    """Render the cart with its totals."""
    cart, country = current_cart(), current_country()
    begun = None
    if "cart_order" in session:
        begun = find_order(db.session(), str(session["cart_order"]), buyer_id())
    return render_template(
        "shop/cart.html",
        cart=cart,
        charge=price_cart(cart, country, current_code()) if cart else None,
        code=current_code(),
        country=country,
        countries=COUNTRIES.values(),
        stock=read_stock(db.session()),
        maximum=MAX_QUANTITY,
        begun=begun if begun is not None and begun.is_pending else None,
        problem=problem,
        unknown_code=unknown_code,
    )


def _set_quantity(product: Product, quantity: int) -> None:
    cart = current_cart().with_quantity(product, quantity)
    left = read_stock(db.session())[product.slug]
    if quantity > left:
        raise QuantityError(
            f"Only {left} of {product.name} left." if left else "Sold out, sorry."
        )
    keep_cart(cart)
