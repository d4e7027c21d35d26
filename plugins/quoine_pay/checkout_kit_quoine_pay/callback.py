"""Callbacks: unsigned pings on an unguessable path, which only say where to look."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

from checkout_kit import WebhookNotice, WebhookRefused, WebhookRequest
from checkout_kit.http import JsonError, parse_json
from checkout_kit_quoine_pay.config import QuoinePaySettings


def derive_token(settings: QuoinePaySettings) -> str:
    """Make the secret end of the callback address.

    It follows from the account's secret, so that every process knows it and nothing
    has to be stored; nobody can compute either from the other.
    """
    message = f"checkout-kit callback of {settings.user_id}"
    mac = hmac.new(settings.user_secret.encode(), message.encode(), hashlib.sha256)
    return mac.hexdigest()[:40]


def parse_callback(request: WebhookRequest, token: str, provider: str) -> WebhookNotice:
    """Read which invoice a callback is about; nothing else of it is used.

    :raises WebhookRefused: if it came on another path, or names no invoice.
    """
    given = request.path.strip("/").encode("utf-8", "surrogateescape")
    if not hmac.compare_digest(given, token.encode()):
        raise WebhookRefused(provider, "the path is not the secret one")
    try:
        body = parse_json(request.body)
    except JsonError as err:
        raise WebhookRefused(provider, f"the body {err}") from None
    invoice = body.get("invoice") if isinstance(body, Mapping) else None
    number = invoice.get("id") if isinstance(invoice, Mapping) else None
    if isinstance(number, bool) or not isinstance(number, int):
        raise WebhookRefused(provider, "the body names no invoice")
    if not 0 < number < 2**63:
        raise WebhookRefused(provider, "the invoice's id is out of bounds")
    return WebhookNotice((str(number),), is_signed=False)
