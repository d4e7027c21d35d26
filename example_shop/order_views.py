"""Pages of an order: review, "Pay", the way back, and what became of it."""

from __future__ import annotations

from datetime import datetime, timezone

from flask import abort, flash, redirect, render_template, request, session, url_for
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from checkout_kit import Charge, ReturnSignatureError
from example_shop.blueprint import (
    current_cart,
    current_code,
    current_country,
    shop,
)
from example_shop.cart import Cart
from example_shop.cart_views import Page, render_cart
from example_shop.database import db, writing
from example_shop.delivery import COUNTRIES
from example_shop.order import (
    Order,
    find_open_order,
    find_order,
    find_order_by_checkout,
    find_order_by_form,
    list_orders,
    new_order,
)
from example_shop.payments import kit, open_checkout, read_checkout
from example_shop.pricing import fingerprint, price_cart
from example_shop.progress import describe_progress
from example_shop.review_form import ReviewForm
from example_shop.security import buyer_id
from example_shop.stock import read_stock


@shop.get("/review")
def review_order() -> Page:
    """Show the whole order once more, with the button that begins the payment."""
    cart, country = current_cart(), current_country()
    if not cart:
        return redirect(url_for("shop.show_cart"), 303)
    charge = price_cart(cart, country, current_code())
    form = ReviewForm.issue(buyer_id(), fingerprint(charge))
    return render_template(
        "shop/review.html",
        cart=cart,
        charge=charge,
        country=country,
        form_token=form.to_token(),
    )


@shop.post("/orders")
def pay() -> Page:
    """Make the order and its checkout in one transaction; go to the checkout page."""
    form = ReviewForm.from_token(request.form.get("form_token", ""), buyer_id())
    if form is None:
        abort(400, "This page is too old. Please review your order again.")
    order = find_order_by_form(db.session(), form.buyer, form.key)
    if order is not None:
        return _go_to_payment(order)
    cart, country = current_cart(), current_country()
    if not cart:
        return redirect(url_for("shop.show_cart"), 303)
    charge = price_cart(cart, country, current_code())
    if fingerprint(charge) != form.fingerprint:
        flash("Your cart has changed. Please look at it once more.")
        return redirect(url_for("shop.review_order"), 303)
    problem = _find_shortage(cart)
    if problem:
        return render_cart(problem=problem), 409
    order = _begun_order(form) or _place_order(form, charge, country.code)
    session["cart_order"] = order.reference
    return _go_to_payment(order)


@shop.get("/orders")
def show_orders() -> str:
    """List what this browser has ordered."""
    return render_template(
        "shop/orders.html",
        orders=list_orders(db.session(), buyer_id()),
        countries=COUNTRIES,
    )


@shop.get("/orders/<reference>")
def show_order(reference: str) -> str:
    """Show one of this browser's orders, as it stands now."""
    return _render_order(_own_order(reference))


@shop.get("/orders/<reference>/state")
def show_state(reference: str) -> dict[str, str]:
    """Tell the page's script whether something has changed since it was loaded."""
    order = _own_order(reference)
    return {"state": f"{order.status}:{read_checkout(order).state.value}"}


@shop.get("/return")
def show_return() -> Page:
    """Take a buyer back from the checkout page.

    The address proves which checkout it is about, and nothing else: whether that is
    paid is read from the database.
    """
    try:
        checkout = kit.verify_return(request.args)
    except ReturnSignatureError:
        abort(400, "This link is not one of ours, or too old.")
    order = find_order_by_checkout(db.session(), checkout.id) or abort(404)
    return _render_order(order)


def _own_order(reference: str) -> Order:
    # Somebody else's order looks just like one that does not exist.
    return find_order(db.session(), reference, buyer_id()) or abort(404)


def _render_order(order: Order) -> str:
    checkout = read_checkout(order)
    if order.is_paid and session.get("cart_order") == order.reference:
        session.pop("cart", None)
        session.pop("code", None)
        session.pop("cart_order", None)
    return render_template(
        "shop/order.html",
        order=order,
        charge=checkout.charge,
        checkout=checkout,
        country=COUNTRIES[order.country],
        progress=describe_progress(order, checkout),
        is_own=order.buyer == session.get("buyer"),
        state=f"{order.status}:{checkout.state.value}",
    )


def _begun_order(form: ReviewForm) -> Order | None:
    """Find the unpaid order of this very cart, to go on with it."""
    order = find_open_order(db.session(), form.buyer, form.fingerprint)
    if order is None:
        return None
    checkout = read_checkout(order)
    is_over = checkout.expires_at <= datetime.now(timezone.utc)
    return None if is_over or checkout.cancelled_at else order


def _place_order(form: ReviewForm, charge: Charge, country: str) -> Order:
    order = new_order(
        charge,
        buyer=form.buyer,
        country=country,
        form_key=form.key,
        fingerprint=form.fingerprint,
        now=datetime.now(timezone.utc),
    )
    # Nobody waits in line with a connection in hand: the one in front may need it.
    db.session.rollback()
    try:
        with writing:
            db.session.add(order)
            db.session.flush()
            open_checkout(order, charge)
            db.session.commit()
    except IntegrityError:
        # A double click: the other request was faster with the same form.
        db.session.rollback()
        made = find_order_by_form(db.session(), form.buyer, form.key)
        if made is None:
            raise
        return made
    return order


def _go_to_payment(order: Order) -> Response:
    if not order.is_pending:
        return redirect(url_for("shop.show_order", reference=order.reference), 303)
    return redirect(read_checkout(order).url, 303)


def _find_shortage(cart: Cart) -> str:
    stock = read_stock(db.session())
    for line in cart.lines:
        left = stock[line.product.slug]
        if line.quantity > left:
            return f"{line.product.name}: only {left} left. Please order fewer."
    return ""
