"""Payments: the whole embedding of checkout-kit into this shop."""

from __future__ import annotations

from flask import Flask, current_app, url_for
from sqlalchemy.orm import Session

from checkout_kit import Charge, Checkout, CheckoutKit, Event
from example_shop.database import db
from example_shop.order import Order, OrderStatus, lock_order

# The kit joins the shop's session: an order and its checkout are one transaction.
kit = CheckoutKit(session=db.session)


def init_app(app: Flask) -> None:
    """Add the checkout page, its worker and its commands to the app."""
    kit.init_app(app)


def open_checkout(order: Order, charge: Charge) -> Checkout:
    """Make the checkout that an order is paid with; the caller commits both."""
    checkout = kit.create_checkout(
        charge,
        settlement_currency="USD",
        return_url=_public_url("shop.show_return"),
        cancel_url=_public_url("shop.show_cart"),
        reference=order.reference,
        metadata={"country": order.country},
        idempotency_key=order.form_key,
    )
    order.checkout_id = checkout.id
    return checkout


def read_checkout(order: Order) -> Checkout:
    """Read how the payment of a stored order stands now."""
    if order.checkout_id is None:
        raise LookupError(f"order {order.reference} was stored without its checkout")
    return kit.get_checkout(order.checkout_id)


@kit.on("checkout.paid")
def mark_paid(event: Event, session: Session) -> None:
    """Turn the order paid. The kit commits it together with the delivery: once."""
    order = lock_order(session, event.checkout_id)
    if order is not None:
        order.mark_paid(session, event.created_at)


@kit.on("checkout.updated")
def flag_doubts(event: Event, session: Session) -> None:
    """Note what a person should look at.

    Too little money is no such case: the checkout page asks the buyer for the rest.
    """
    order = lock_order(session, event.checkout_id)
    doubt = _DOUBTS.get(event.data["state"])
    if order is not None and doubt is not None:
        order.flag(doubt)


@kit.on("checkout.reversed")
def flag_reversed(event: Event, session: Session) -> None:
    """Flag the order; nothing un-pays it by itself: a person decides."""
    order = lock_order(session, event.checkout_id)
    if order is not None:
        order.flag("payment was reversed")


@kit.on("checkout.expired")
def mark_expired(event: Event, session: Session) -> None:
    """Stop waiting; a payment that comes later still pays the order."""
    order = lock_order(session, event.checkout_id)
    if order is not None:
        order.close(OrderStatus.EXPIRED)


@kit.on("checkout.cancelled")
def mark_cancelled(event: Event, session: Session) -> None:
    """Stop waiting, as the buyer asked; a payment that comes all the same pays."""
    order = lock_order(session, event.checkout_id)
    if order is not None:
        order.close(OrderStatus.CANCELLED)


_DOUBTS = {
    "UNRESOLVED_GENERIC": "payment needs a look",
    "UNRESOLVED_OVERPAID": "paid too much",
    "DELAYED_COMPLETED": "paid late",
    "DELAYED_OVERPAID": "paid late and too much",
}


def _public_url(endpoint: str) -> str:
    # Never from the Host header, which a visitor can choose.
    root: str = current_app.config["CHECKOUT_KIT_PUBLIC_URL"]
    return root.rstrip("/") + url_for(endpoint)
