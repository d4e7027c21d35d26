"""Checkouts of a user."""

from __future__ import annotations

from flask import Response

from ..callers import answer, find_own, list_own, make_user_blueprint
from ..documents.checkouts import checkout_document, checkout_in_list_document
from ..listing import answer_list, fits
from ..wiring import simulator

checkouts = make_user_blueprint("checkouts")


@checkouts.get("/checkout")
def list_checkouts() -> tuple[Response, int]:
    """Checkout Index."""
    books = simulator().books
    with books.lock:
        found = [
            checkout
            for checkout in list_own(books.checkouts)
            if fits("status", checkout.status)
        ]
        return answer_list(found, lambda c: checkout_in_list_document(books, c))


@checkouts.get("/checkout/<checkout_id>")
def get_checkout(checkout_id: str) -> tuple[Response, int]:
    """Checkout Show."""
    books = simulator().books
    with books.lock:
        checkout = find_own(books.checkouts, checkout_id)
        return answer(checkout_document(books, checkout))
