"""The control API under /control: what buyers, blockchains, banks and staff do.

Time, outages and switches are what `checkout_kit.simulation` has for all; the market,
the users and the log of pings are in `control_rules`.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from flask import jsonify
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from checkout_kit.simulation import (
    answer,
    create_control,
    read_body,
    read_decimal,
    read_flag,
    read_text,
)

from .amounts import PLACES, cut, times, to_short_text
from .control_rules import add_rules
from .documents.checkouts import platform_checkout_document
from .documents.orders import order_in_list_document, quote_in_list_document
from .documents.transfers import address_document
from .errors import refused
from .records import DEPOSIT, EXPIRED, PAYMENT_WAITING, PROCESSING_PAYMENT, Order
from .wiring import simulator

control = create_control()
add_rules(control)

#: How much of what was asked for each scenario pays.
SCENARIOS = {
    "exact": Decimal(1),
    "under": Decimal("0.6"),
    "over": Decimal("1.1"),
    "late": Decimal(1),
}
_LATE = timedelta(hours=2)
_STATUSES = {"wait": PAYMENT_WAITING, "process": PROCESSING_PAYMENT}


@control.get("/addresses")
def list_addresses() -> AnyResponse:
    """List all deposit addresses, newest first."""
    return jsonify(addresses=address_list())


@control.post("/deposits")
def add_deposit() -> AnyResponse:
    """Let coins arrive at an address: so many, or by a scenario what was asked for."""
    body, parts = read_body(), simulator()
    scenario = read_text(body, "scenario") or "exact"
    if scenario not in SCENARIOS:
        raise BadRequest(f"scenario: must be one of {', '.join(SCENARIOS)}.")
    address = read_text(body, "address") or ""
    with parts.books.lock:
        target = parts.books.address_of(address)
        symbol = read_text(body, "symbol")
        amount = read_decimal(body, "amount")
        if amount is None:
            asset = parts.books.market.assets[target.asset]
            asked = parts.hints.get(asset.symbol, Decimal(1))
            amount = cut(times(asked, SCENARIOS[scenario]), asset.places)
        if amount <= 0 or amount != cut(amount, PLACES):
            raise BadRequest("amount: must be a number of coins.")
        order = parts.cashier.receive(
            address,
            amount,
            symbol=symbol,
            tx_id=read_text(body, "txId"),
            is_confirmed=read_flag(body, "confirm", True),
        )
        if scenario == "late":
            order.created_at += _LATE
        return _answer_order(order)


@control.get("/orders")
def list_orders() -> AnyResponse:
    """List everybody's orders, newest first."""
    return jsonify(orders=order_list())


@control.post("/orders/complete")
def complete_orders() -> AnyResponse:
    """Approve every sale that waits, whatever its KYC."""
    parts = simulator()
    with parts.books.lock:
        parts.desk.work(force=True)
    return answer({})


@control.post("/orders/<order_id>/<any(approve, reject, wait, process):step>")
def move_order(order_id: str, step: str) -> AnyResponse:
    """Let an order be done, fail (a deposit is reversed), or wait."""
    parts = simulator()
    with parts.books.lock:
        order = parts.books.orders.get(order_id)
        if step == "approve":
            parts.desk.approve(order)
        elif step == "reject" and order.operation == DEPOSIT:
            parts.cashier.reverse(order)
        elif step == "reject":
            parts.desk.reject(order)
        elif not order.is_open:
            raise refused(409, f"The order is {order.status}.")
        else:
            order.status = _STATUSES[step]
        return _answer_order(order)


@control.post("/orders/<order_id>/status")
def set_status(order_id: str) -> AnyResponse:
    """Give an order that waits any status, such as one that is not documented."""
    body, parts = read_body(), simulator()
    status = read_text(body, "status")
    if status is None:
        raise BadRequest("status: is mandatory.")
    with parts.books.lock:
        order = parts.books.orders.get(order_id)
        if not order.is_open:
            raise refused(409, f"The order is {order.status}.")
        order.status = status
        return _answer_order(order)


@control.get("/quotes")
def list_quotes() -> AnyResponse:
    """List everybody's quotes, newest first."""
    parts = simulator()
    with parts.books.lock:
        found = [
            quote_in_list_document(parts.books, quote, link=None)
            for quote in parts.books.quotes
        ]
    return jsonify(quotes=found[::-1])


@control.post("/quotes/<quote_id>/expire")
def expire_quote(quote_id: str) -> AnyResponse:
    """End a quote's time."""
    parts = simulator()
    with parts.books.lock:
        quote = parts.books.quotes.get(quote_id)
        parts.quoter.check(quote)
        quote.status = EXPIRED
        return answer({"quote": quote.id, "status": quote.status})


@control.get("/checkouts")
def list_checkouts() -> AnyResponse:
    """List all checkouts, newest first."""
    return jsonify(checkouts=checkout_list())


@control.post("/checkouts/<checkout_id>/expire")
def expire_checkout(checkout_id: str) -> AnyResponse:
    """End a checkout's time."""
    parts = simulator()
    with parts.books.lock:
        checkout = parts.books.checkouts.get(checkout_id)
        parts.visits.expire(checkout)
        return answer({"checkout": checkout.id, "status": checkout.status})


@control.post("/checkouts/<checkout_id>/pay")
def pay_checkout(checkout_id: str) -> AnyResponse:
    """Do what the buyer does on the provider's page."""
    body, parts = read_body(), simulator()
    with parts.books.lock:
        checkout = parts.books.checkouts.get(checkout_id)
        parts.visits.identify(checkout, f"buyer-{checkout.public_id}@example.com")
        order = parts.visits.pay(
            checkout,
            read_text(body, "method") or checkout.payment_type,
            read_text(body, "outcome") or "approve",
        )
        return _answer_order(order)


def address_list() -> list[dict[str, Any]]:
    """All deposit addresses, newest first, with what is likely to be sent there."""
    parts = simulator()
    with parts.books.lock:
        found = [
            {
                **address_document(address),
                "asset": address.asset,
                "user": address.user_id,
                "asked": to_short_text(parts.hints.get(address.asset, Decimal(0))),
            }
            for address in parts.books.addresses
        ]
    return found[::-1]


def order_list() -> list[dict[str, Any]]:
    """Everybody's orders, newest first."""
    parts = simulator()
    parts.work()
    with parts.books.lock:
        found = [
            {**order_in_list_document(parts.books, order), "user": order.user_id}
            for order in parts.books.orders
        ]
    return found[::-1]


def checkout_list() -> list[dict[str, Any]]:
    """All checkouts, newest first, with the id of the order that pays each."""
    parts = simulator()
    parts.work()
    with parts.books.lock:
        found = [
            {
                **platform_checkout_document(parts.books, checkout),
                "orderId": checkout.order_id,
            }
            for checkout in parts.books.checkouts
        ]
    return found[::-1]


def _answer_order(order: Order) -> AnyResponse:
    return answer({"order": order_in_list_document(simulator().books, order)})
