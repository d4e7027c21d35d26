"""The answers of offers and links to scripts."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, jsonify
from werkzeug.exceptions import BadRequest

from checkout_kit.domain.checkout import Checkout
from checkout_kit.errors import IdempotencyConflict, InputError, OfferRefused
from checkout_kit.web.presentation import to_iso
from checkout_kit.web.selling.words import conflict, explain
from checkout_kit.web.views_error import Problem


def answer_order(open_checkout: Callable[[], Checkout], locale: str) -> Response:
    """Make a checkout and say where it is paid, or why there is none."""
    try:
        checkout = open_checkout()
    except OfferRefused as err:
        return tell(explain(err, None, locale), err.reason)
    except IdempotencyConflict:
        return tell(conflict(), "conflict")
    except InputError:
        raise BadRequest from None
    return _tell_checkout(checkout)


def tell(problem: Problem, code: str) -> Response:
    """Say why nothing was made."""
    response = jsonify({"error": problem.heading, "detail": problem.text, "code": code})
    response.status_code = problem.status
    return response


def _tell_checkout(checkout: Checkout) -> Response:
    """Say where the checkout that was made is paid."""
    return jsonify(
        {
            "checkoutId": checkout.id,
            "url": checkout.url,
            "statusUrl": f"{checkout.url}/status",
            "total": checkout.total.to_text(),
            "currency": checkout.total.currency.code,
            "expiresAt": to_iso(checkout.expires_at),
        }
    )
