"""The control API under /control: what markets, other people and outages do.

Time, outages and switches are what `checkout_kit.simulation` has for all.
"""

from __future__ import annotations

from decimal import Decimal

from flask import jsonify
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from checkout_kit.simulation import (
    answer,
    create_control,
    read_body,
    read_decimal,
    read_flag,
    read_number,
    read_text,
)

from .wiring import simulator

control = create_control()


@control.get("/books")
def show_books() -> AnyResponse:
    """Show users, accounts, movements and crypto withdrawals."""
    return jsonify(simulator().books.to_json())


@control.post("/accounts/<int:number>/adjust")
def adjust_account(number: int) -> AnyResponse:
    """Let somebody else put money in, or take it out."""
    amount = read_decimal(read_body(), "amount")
    if amount is None:
        raise BadRequest("amount: is mandatory.")
    account = simulator().books.adjust(number, amount)
    return answer({"id": account.id, "balance": f"{account.balance:f}"})


@control.post("/crypto_withdrawals/<int:number>/state")
def change_state(number: int) -> AnyResponse:
    """Give a crypto withdrawal another state, of whatever name."""
    books, state = simulator().books, read_text(read_body(), "state")
    with books.lock:
        made = books.find_withdrawal(None, number)
        made.state = state or "pending"
    return answer({"id": made.id, "state": made.state})


@control.get("/rates")
def list_rates() -> AnyResponse:
    """Show the prices of all products."""
    return jsonify(
        products=[product.to_json() for product in simulator().prices.products()]
    )


@control.post("/rates/<code>")
def change_rate(code: str) -> AnyResponse:
    """Change a product's prices, and tell everybody who listens."""
    body, parts = read_body(), simulator()
    prices = {name: _price(body.get(name)) for name in ("bid", "ask", "last")}
    product = parts.prices.change(code, **prices)
    heard = sum(
        parts.hub.publish(*message) for message in parts.prices.messages_about(product)
    )
    return answer({"product": product.to_json(), "heard": heard})


@control.get("/pusher")
def show_connections() -> AnyResponse:
    """Show who listens to what."""
    hub = simulator().hub
    return jsonify(connections=hub.channels(), paused=hub.is_paused)


@control.post("/pusher")
def pause_pusher() -> AnyResponse:
    """Fall silent, or speak again: what was heard grows stale."""
    hub = simulator().hub
    hub.is_paused = read_flag(read_body(), "paused")
    return answer({"paused": hub.is_paused})


@control.post("/pusher/disconnect")
def disconnect() -> AnyResponse:
    """Hang up on everybody, by `code` as Pusher would."""
    code = int(read_number(read_body(), "code", 0))
    return answer({"disconnected": simulator().hub.disconnect_all(code or None)})


@control.post("/pusher/say")
def say() -> AnyResponse:
    """Send any text as an event's data, such as one that nobody understands."""
    body = read_body()
    channel, event = read_text(body, "channel"), read_text(body, "event")
    if channel is None or event is None:
        raise BadRequest("channel, event: both are mandatory.")
    data = str(body.get("data", ""))
    return answer({"heard": simulator().hub.publish(channel, event, data)})


def _price(value: object) -> Decimal | None:
    price = read_decimal({"price": value}, "price")
    if price is not None and price <= 0:
        raise BadRequest("prices are above zero.")
    return price
