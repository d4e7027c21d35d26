"""The API under /api/1: everything that moves money, in two steps, and orders."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, jsonify

from .api import check_admin, check_session, current_user
from .books import Books, new_id
from .dialect import API_PREFIX
from .documents import order_document, transaction_document
from .errors import bad_request, not_found
from .inputs import amount, currency, read_body, text
from .records import Order, Transaction
from .wiring import simulator

trades = Blueprint("rain_trades", __name__, url_prefix=API_PREFIX)
trades.before_request(check_session)

#: Path → the type of its transactions.
_KINDS = {
    "sends": "send",
    "requests": "request_btc",
    "buys": "buy",
    "sells": "sell",
    "deposits": "deposit",
    "withdraws": "withdrawal",
    "transfers": "transfer",
}


Body = dict[str, Any]


@trades.get("/<any(buys, sells, deposits, withdraws):path>")
def list_all(path: str) -> Response:
    """GET of a list."""
    books = simulator().books
    with books.lock:
        found = books.list_transactions(current_user(), _KINDS[path])
        return jsonify([transaction_document(t, in_list=True) for t in found])


@trades.get("/<any(buys, sells, deposits, withdraws):path>/<transaction_id>")
def get_one(path: str, transaction_id: str) -> Response:
    """GET of one."""
    books = simulator().books
    with books.lock:
        found = books.transaction(transaction_id, current_user(), _KINDS[path])
        return jsonify(transaction_document(found))


@trades.post(
    "/<any(sends, requests, buys, sells, deposits, withdraws, transfers):path>"
)
def create(path: str) -> Response:
    """POST of a new one, which moves nothing."""
    body, books = read_body(), simulator().books
    with books.lock:
        return jsonify(transaction_document(_MAKERS[path](books, body)))


@trades.post(
    "/<any(sends, buys, sells, deposits, withdraws, transfers):path>/<id>/confirm"
)
def confirm(path: str, id: str) -> Response:
    """POST of a confirmation, which moves money."""
    parts = simulator()
    with parts.books.lock:
        found = parts.books.transaction(id, current_user(), _KINDS[path])
        parts.desk.confirm(found)
        return jsonify(transaction_document(found))


@trades.post("/<any(deposits, withdraws):path>/<id>/complete")
def complete(path: str, id: str) -> Response:
    """POST of a completion, for administrators."""
    check_admin()
    parts = simulator()
    with parts.books.lock:
        found = parts.books.transaction(id, current_user(), _KINDS[path])
        parts.desk.complete(found)
        return jsonify(transaction_document(found))


@trades.post("/requests/<id>/resend")
def resend(id: str) -> Response:
    """POST /requests/{id}/resend; the answer's form is "to be confirmed"."""
    books = simulator().books
    with books.lock:
        found = books.transaction(id, current_user(), "request_btc")
        return jsonify(transaction_document(found))


def _trade(kind: str) -> Callable[[Books, Body], Transaction]:
    def make(books: Books, body: Body) -> Transaction:
        user = current_user()
        source = books.account(text(body, "withdraw_account_id"), user)
        target = books.account(text(body, "deposit_account_id"), user)
        amounts = {"amount": amount(body, "amount", "btc")}
        for name in ("subtotal", "fee", "total"):
            amounts[name] = amount(body, name, "usd")
        return simulator().desk.trade(user, kind, (source, target), amounts)

    return make


def _send(books: Books, body: Body) -> Transaction:
    user = current_user()
    account = books.account(text(body, "account_id"), user)
    currency(body, "btc")
    return simulator().desk.add(
        user,
        "send",
        amount=amount(body, "amount", "btc"),
        memo=str(body.get("memo", "")),
        sender_account_id=account.id,
        address=text(body, "to"),
    )


def _request(books: Books, body: Body) -> Transaction:
    user = current_user()
    account = books.account(text(body, "account_id"), user)
    currency(body, "btc")
    return simulator().desk.add(
        user,
        "request_btc",
        amount=amount(body, "amount", "btc"),
        email_address=text(body, "email_address"),
        recipient_account_id=account.id,
    )


def _fiat(kind: str, account_field: str) -> Callable[[Books, Body], Transaction]:
    def make(books: Books, body: Body) -> Transaction:
        user = current_user()
        account = books.account(text(body, "account_id"), user)
        currency(body, "usd")
        if account.currency != "usd":
            raise bad_request("The account is not one of usd")
        # Its `amount` stays 0 btc, as in the document: `fiat_amount` counts.
        return simulator().desk.add(
            user,
            kind,
            fiat_amount=amount(body, "amount", "usd"),
            memo=str(body.get("memo", "")),
            **{account_field: account.id},
        )

    return make


def _transfer(books: Books, body: Body) -> Transaction:
    user = current_user()
    sender = books.account(text(body, "sender_account_id"), user)
    recipient = books.account(text(body, "recipient_account_id"))
    code = currency(body, "btc", "usd")
    if {sender.currency, recipient.currency} != {code}:
        raise bad_request("The accounts are in another currency")
    value = amount(body, "amount", code)
    return simulator().desk.add(
        user,
        "transfer",
        amount=value if code == "btc" else Decimal(0),
        fiat_amount=value if code == "usd" else Decimal(0),
        memo=str(body.get("memo", "")),
        sender_account_id=sender.id,
        recipient_account_id=recipient.id,
        recipient_id=recipient.user_id,
    )


_MAKERS: dict[str, Callable[[Books, Body], Transaction]] = {
    "sends": _send,
    "requests": _request,
    "buys": _trade("buy"),
    "sells": _trade("sell"),
    "deposits": _fiat("deposit", "deposit_account_id"),
    "withdraws": _fiat("withdrawal", "withdraw_account_id"),
    "transfers": _transfer,
}


@trades.get("/orders")
def list_orders() -> Response:
    """GET /orders."""
    books, user = simulator().books, current_user()
    with books.lock:
        found = [o for o in books.orders.values() if o.user_id == user.id]
        return jsonify([order_document(order) for order in found])


@trades.post("/orders")
def create_order() -> Response:
    """POST /orders; nobody else trades here, so no order is ever matched."""
    body, books, user = read_body(), simulator().books, current_user()
    kind, side = text(body, "type"), text(body, "side")
    if text(body, "product") != "BTCUSD":
        raise bad_request("product must be BTCUSD")
    if kind not in ("limit", "market") or side not in ("buy", "sell"):
        raise bad_request("type or side is unknown")
    price = amount(body, "price", "usd") if "price" in body else None
    if kind == "limit" and price is None:
        raise bad_request("price is missing or malformed")
    with books.lock:
        for name in ("withdraw_account_id", "deposit_account_id"):
            books.account(text(body, name), user)
        quantity = amount(body, "quantity", "btc")
        now = books.clock.now()
        order = Order(new_id(), user.id, kind, side, quantity, price, now)
        books.orders[order.id] = order
        return jsonify(order_document(order))


@trades.get("/orders/<id>")
def get_order(id: str) -> Response:
    """GET /orders/{id}."""
    books = simulator().books
    with books.lock:
        return jsonify(order_document(_order(books, id)))


@trades.post("/orders/<id>/cancel")
@trades.post("/orders/<id>/delete")
def cancel_order(id: str) -> Response:
    """POST /orders/{id}/cancel; the example calls `/delete`."""
    books = simulator().books
    with books.lock:
        order = _order(books, id)
        order.canceled = books.clock.now()
        return jsonify(order_document(order))


def _order(books: Books, order_id: str) -> Order:
    order = books.orders.get(order_id)
    if order is None or order.user_id != current_user().id:
        raise not_found("Order")
    return order
