"""Checkouts."""

from __future__ import annotations

from typing import Any

from ..books import Books
from ..records import Checkout
from .numbers import platform_reference, unix
from .people import user_document


def checkout_in_list_document(books: Books, checkout: Checkout) -> dict[str, Any]:
    """Write a checkout of a user's list."""
    return {
        **_begin(checkout, None),
        **_addresses(checkout),
        "user": user_document(books.users.get(checkout.user_id)),
        "externalPlatform": platform_reference(books, checkout.platform_id),
        **_times(checkout),
    }


def checkout_document(books: Books, checkout: Checkout) -> dict[str, Any]:
    """Write a single checkout, which lacks both its addresses."""
    document = checkout_in_list_document(books, checkout)
    del document["redirectUrl"], document["pingUrl"]
    return document


def platform_checkout_document(books: Books, checkout: Checkout) -> dict[str, Any]:
    """Write a checkout of a platform's list, with the link that opened it."""
    return {
        **_begin(checkout, checkout.url),
        **_addresses(checkout),
        "user": user_document(books.users.get(checkout.user_id)),
        **_times(checkout),
    }


def checkout_in_order_document(checkout: Checkout) -> dict[str, Any]:
    """Write the checkout inside an order's quote."""
    return {
        **_begin(checkout, checkout.url),
        **_addresses(checkout),
        **_times(checkout),
    }


def _begin(checkout: Checkout, url: str | None) -> dict[str, Any]:
    return {
        "id": checkout.id,
        "publicId": checkout.public_id,
        "status": checkout.status,
        "step": checkout.step,
        "attemptsQuote": {"count": checkout.count, "limit": checkout.limit},
        "requestId": checkout.request_id,
        "paymentType": checkout.payment_type,
        "ip": checkout.ip,
        "url": url,
    }


def _addresses(checkout: Checkout) -> dict[str, Any]:
    return {"redirectUrl": checkout.redirect_url, "pingUrl": checkout.ping_url}


def _times(checkout: Checkout) -> dict[str, Any]:
    return {
        "expiredAt": unix(checkout.expires_at),
        "createdAt": unix(checkout.created_at),
    }
