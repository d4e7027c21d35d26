"""Orders of a user, and the proofs that they were paid."""

from __future__ import annotations

from flask import Response

from ..callers import answer, answer_message, find_own, list_own, make_user_blueprint
from ..documents.orders import order_document, order_in_list_document
from ..forms import read_form
from ..listing import answer_list, fits
from ..market import COIN, TOKEN
from ..wiring import simulator

orders = make_user_blueprint("orders")


@orders.get("/order")
def list_orders() -> tuple[Response, int]:
    """Order Index."""
    return _list(COIN, TOKEN)


@orders.get("/order/coin")
def list_coin_orders() -> tuple[Response, int]:
    """Order Coin Index."""
    return _list(COIN)


@orders.get("/order/token")
def list_token_orders() -> tuple[Response, int]:
    """Order Token Index."""
    return _list(TOKEN)


@orders.get("/order/<order_id>")
def get_order(order_id: str) -> tuple[Response, int]:
    """Order Show."""
    books = simulator().books
    with books.lock:
        return answer(order_document(books, find_own(books.orders, order_id)))


@orders.post("/order/<order_id>/payment-confirmation")
def upload_proof(order_id: str) -> Response:
    """Order Upload Proof Of Payment."""
    form, parts = read_form(), simulator()
    with parts.books.lock:
        order = find_own(parts.books.orders, order_id)
        form.file("file", takes_pdf=True)
        form.check()
        parts.visits.prove(order)
    return answer_message("Proof of payment successfully uploaded.")


def _list(*kinds: str) -> tuple[Response, int]:
    books = simulator().books
    with books.lock:
        found = [
            order
            for order in list_own(books.orders)
            if order.kind in kinds
            and fits("status", order.status)
            and fits("typeOperationName", order.operation)
            and fits("asset", order.from_symbol, order.to_symbol)
        ]
        return answer_list(found, lambda order: order_in_list_document(books, order))
