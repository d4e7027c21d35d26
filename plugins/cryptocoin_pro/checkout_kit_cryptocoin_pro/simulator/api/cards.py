"""Cards of a user, with the images that prove them."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from flask import Response

from ..books import new_id
from ..callers import (
    answer,
    answer_message,
    current_user,
    find_own,
    list_own,
    make_user_blueprint,
)
from ..documents.accounts import card_document
from ..errors import refused
from ..forms import ALPHA_DASH, Form, read_form
from ..listing import answer_list, fits
from ..people import Card
from ..wiring import simulator

cards = make_user_blueprint("cards")

_MONTH = re.compile(r"(0[1-9]|1[0-2])/([0-9]{2})\Z", re.ASCII)
_FOUR_DIGITS = re.compile(r"[0-9]{4}\Z", re.ASCII)


@cards.post("/card")
def create_card() -> tuple[Response, int]:
    """Card Create."""
    books, user = simulator().books, current_user()
    now = books.clock.now()
    fields = _read(read_form(), now)
    with books.lock:
        number = 1945 + 2 * len(books.cards)
        images = (str(number), str(number + 1))
        card = Card(new_id(), user.id, images=images, created_at=now, **fields)
        return answer(card_document(books.cards.add(card)), 201)


@cards.get("/card")
def list_cards() -> tuple[Response, int]:
    """Card Index."""
    books = simulator().books
    with books.lock:
        found = [card for card in list_own(books.cards) if fits("status", card.status)]
        return answer_list(found, card_document)


@cards.get("/card/<card_id>")
def get_card(card_id: str) -> tuple[Response, int]:
    """Card Show."""
    with simulator().books.lock:
        return answer(card_document(find_own(simulator().books.cards, card_id)))


@cards.post("/card/<card_id>")
def update_card(card_id: str) -> tuple[Response, int]:
    """Card Update."""
    books = simulator().books
    with books.lock:
        card = find_own(books.cards, card_id)
        for name, value in _read(read_form(), books.clock.now()).items():
            setattr(card, name, value)
        return answer(card_document(card))


@cards.delete("/card/<card_id>")
def delete_card(card_id: str) -> Response:
    """Card Destroy."""
    books = simulator().books
    with books.lock:
        card = find_own(books.cards, card_id)
        if any(order.payment_id == card.id for order in books.orders):
            raise refused(403, "This card has been already used in previous actions.")
        books.cards.remove(card)
    return answer_message("This card has been successfully deleted.")


def _read(form: Form, now: datetime) -> dict[str, Any]:
    for name in ("cardImage1", "cardImage2"):
        form.file(name)
    fields = {
        "holder": form.text("holderName"),
        "expiration": form.text("expirationDate", pattern=_MONTH),
        "last_digits": form.text("lastFourDigits", pattern=_FOUR_DIGITS),
        "alias": form.text("alias", pattern=ALPHA_DASH),
    }
    match = _MONTH.match(fields["expiration"])
    if match and date(2000 + int(match[2]), int(match[1]), 1) < now.date().replace(
        day=1
    ):
        form.refuse("expirationDate", "The expiration date must be after today.")
    form.check()
    return fields
