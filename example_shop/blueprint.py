"""The shop's blueprint, and what every page of it is shown with."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import (
    Blueprint,
    Flask,
    current_app,
    render_template,
    request,
    session,
)
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from checkout_kit import CheckoutKitError, DatabaseBusy, Money
from example_shop.cart import Cart
from example_shop.delivery import COUNTRIES, HOME, Country
from example_shop.discount import normalise_code

shop = Blueprint("shop", __name__)


def init_app(app: Flask) -> None:
    """Register the pages and what their templates use."""
    app.register_blueprint(shop)
    app.jinja_env.filters["money"] = format_money
    app.jinja_env.filters["percent"] = format_percent
    app.context_processor(_page_context)
    app.register_error_handler(HTTPException, _show_error)


def current_cart() -> Cart:
    """Return this browser's cart."""
    return Cart.from_session(session.get("cart"))


def keep_cart(cart: Cart) -> None:
    """Remember this browser's cart."""
    session["cart"] = cart.to_session()
    # It is no longer the cart of the order that was begun with it.
    session.pop("cart_order", None)


def current_country() -> Country:
    """Return where this browser's order goes to."""
    return COUNTRIES.get(str(session.get("country")), HOME)


def current_code() -> str | None:
    """Return the discount code that this browser has entered, if it is one."""
    return normalise_code(str(session.get("code", "")))


def format_money(value: Money | Decimal) -> str:
    """Write US dollars, such as ``$1,234.50``."""
    amount = value.amount if isinstance(value, Money) else value
    sign = "\N{MINUS SIGN}" if amount < 0 else ""
    return f"{sign}${abs(amount):,.2f}"


def format_percent(value: Decimal) -> str:
    """Write a rate, such as ``7.25 %`` for 0.0725."""
    return f"{(value * 100).normalize():f}\N{NO-BREAK SPACE}%"


def _page_context() -> dict[str, Any]:
    if request.blueprint not in (None, "shop"):
        return {}
    return {"cart_count": current_cart().count}


def _show_error(error: HTTPException) -> Any:
    # The kit's pages answer for themselves.
    if request.blueprint not in (None, "shop") or error.code is None:
        return error
    if error.code < 400:
        return error
    title, text = _WORDS.get(error.code, ("That did not work", ""))
    if error.code == 400 and error.description != type(error).description:
        text = error.description or text
    page = render_template("shop/error.html", title=title, text=text)
    return page, error.code


@shop.errorhandler(OperationalError)
@shop.errorhandler(DatabaseBusy)
def _show_busy(error: Exception) -> Any:
    current_app.logger.error("the database did not answer", exc_info=error)
    text = "Nothing was ordered and nothing is lost. Please try again in a moment."
    page = render_template("shop/error.html", title="The shop is busy", text=text)
    return page, 503, {"Retry-After": "5"}


@shop.errorhandler(CheckoutKitError)
def _show_kit_error(error: CheckoutKitError) -> Any:
    text = "Nothing was ordered. Please go back to your cart and try again."
    page = render_template("shop/error.html", title="That did not work", text=text)
    return page, 400


_WORDS = {
    400: ("That did not work", "Please go back, reload the page and try again."),
    404: (
        "Nothing on this shelf",
        "This page does not exist, or it belongs to somebody else.",
    ),
    405: ("That did not work", "Please use the shop's own buttons and links."),
    413: ("That was too much", "What was sent is larger than this shop takes."),
    500: ("Something broke", "It is our fault, not yours. Please try again."),
}
