"""The intake of offers: what a form or a script says that a buyer has chosen."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from flask import current_app, request
from werkzeug.exceptions import BadRequest

from checkout_kit.domain.offer import Choice, Offer, read_amount
from checkout_kit.errors import OfferRefused
from checkout_kit.http.strict_json import JsonError, parse_json
from checkout_kit.web.intake import read_body, read_form
from checkout_kit.web.selling.signed_offers import read_offer

_ARABIC_COMMA = "\N{ARABIC DECIMAL SEPARATOR}"
_QUANTITY = re.compile(r"[1-9][0-9]{0,6}\Z", re.ASCII)
_COMMA = re.compile(r"(-?[0-9]+),([0-9]{1,2})\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for; ``key`` tells a repetition from another purchase."""

    choices: Sequence[Choice]
    key: object


def signed_offer(text: object) -> Offer:
    """Read an offer that this app has signed.

    :raises OfferRefused: if it has not.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    return read_offer(app, text)


def read_order(maximum: int) -> Order:
    """Read a script's order.

    :raises BadRequest: if it is no JSON object of the documented form.
    :raises RequestEntityTooLarge: if it is longer than ``maximum`` bytes.
    :raises OfferRefused: if an offer is not ours, or names another currency.
    """
    try:
        told = parse_json(read_body(maximum))
    except JsonError:
        raise BadRequest from None
    if not isinstance(told, Mapping):
        raise BadRequest
    items = told.get("items", [told])
    if not isinstance(items, list) or not items:
        raise BadRequest
    currency = told.get("currency")
    return Order([_choice(item, currency) for item in items], told.get("key"))


def _choice(item: Any, currency: object) -> Choice:
    if not isinstance(item, Mapping):
        raise BadRequest
    offer = signed_offer(item.get("offer"))
    if currency is not None and currency != offer.currency.code:
        raise OfferRefused("currency", "it is in another currency")
    quantity = item.get("quantity", 1)
    if not isinstance(quantity, int) or isinstance(quantity, bool):
        raise OfferRefused("quantity", "must be a whole number")
    amount = item.get("amount")
    return Choice(offer, None if amount is None else read_amount(amount), quantity)


@dataclass(frozen=True, slots=True)
class OrderForm:
    """What a form says, as it was typed."""

    offer: str
    amount: str
    quantity: str
    key: str

    def choice(self, offer: Offer) -> Choice:
        """What it says of its offer.

        :raises OfferRefused: if amount or quantity is not a number.
        """
        if self.quantity and not _QUANTITY.match(self.quantity):
            raise OfferRefused("quantity", "must be a whole number")
        amount = read_amount(_plain(self.amount)) if self.amount else None
        return Choice(offer, amount, int(self.quantity or 1))


def read_link_order(maximum: int) -> tuple[Decimal | None, str]:
    """Read a script's order of a payment link: how much, and its key.

    :raises BadRequest: if it is no JSON object of the documented form.
    :raises RequestEntityTooLarge: if it is longer than ``maximum`` bytes.
    :raises OfferRefused: if the amount is none.
    """
    try:
        told = parse_json(read_body(maximum))
    except JsonError:
        raise BadRequest from None
    if not isinstance(told, Mapping) or not isinstance(told.get("key"), str):
        raise BadRequest
    amount = told.get("amount")
    return None if amount is None else read_amount(amount), told["key"]


def read_order_form(maximum: int) -> OrderForm:
    """Read a form's order.

    :raises BadRequest: if a field is repeated or too long, or the offer is missing.
    :raises RequestEntityTooLarge: if the form is longer than ``maximum`` bytes.
    """
    form = read_link_form(maximum)
    offer = form.offer or request.args.get("offer", "")
    if not offer:
        raise BadRequest
    return replace(form, offer=offer)


def read_link_form(maximum: int) -> OrderForm:
    """Read the form of a payment link, which stands for its own offer.

    :raises BadRequest: if a field is repeated, which means nothing for sure, or long.
    :raises RequestEntityTooLarge: if the form is longer than ``maximum`` bytes.
    """
    form = read_form(maximum)
    told = {}
    for name in OrderForm.__slots__:
        values = form.get(name, [])
        if len(values) > 1 or (name != "offer" and len("".join(values)) > 128):
            raise BadRequest
        told[name] = "".join(values).strip()
    return OrderForm(**told)


def _plain(amount: str) -> str:
    """An amount as it is typed in any script, with a point for its decimal comma.

    Only one or two places behind a comma are surely decimals: 1,234 is refused.
    """
    digits = "".join(
        str(unicodedata.decimal(c, c)) if c.isdecimal() else c for c in amount
    )
    return _COMMA.sub(r"\1.\2", digits.replace(_ARABIC_COMMA, ","))
