"""The answers of offers and links to scripts."""

from __future__ import annotations

from flask import Response, jsonify

from checkout_kit.domain.checkout import Checkout
from checkout_kit.web.presentation import to_iso
from checkout_kit.web.views_error import Problem


def tell(problem: Problem, code: str) -> Response:
    """Say why nothing was made."""
    response = jsonify({"error": problem.heading, "detail": problem.text, "code": code})
    response.status_code = problem.status
    return response


def tell_checkout(checkout: Checkout) -> Response:
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
