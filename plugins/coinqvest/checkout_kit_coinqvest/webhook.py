"""Webhooks: whether one is genuine, and which checkout it is about."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Any

from checkout_kit import WebhookRefused
from checkout_kit.http import JsonError, parse_json

PROVIDER = "coinqvest"
#: The header with the hash, in lower case.
AUTH_HEADER = "x-webhook-auth"
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}\Z", re.ASCII)


def verify_webhook(
    secret: str, raw_body: bytes, header: str | None, *, provider: str = PROVIDER
) -> None:
    """Check ``X-Webhook-Auth``: the SHA-256 of secret and raw body, in lower-case hex.

    Such a plain hash can be extended and has no time in it, so a genuine webhook proves
    nothing but that it is worth asking the API again.

    :raises WebhookRefused: if the header is missing or not the one expected.
    """
    if not secret:
        raise WebhookRefused(provider, "there is no secret to check it with")
    expected = hashlib.sha256(secret.encode() + raw_body).hexdigest().encode()
    given = (header or "").encode("utf-8", "surrogateescape")
    if not hmac.compare_digest(expected, given):
        raise WebhookRefused(provider, "X-Webhook-Auth is missing or wrong")


def parse_webhook_body(raw_body: bytes, *, provider: str = PROVIDER) -> str | None:
    """Read which checkout a verified webhook is about; None if it is about none.

    Understood are the payment object of the API document and the later
    ``{eventType, data}``. Amounts and states in it are not even read.

    :raises WebhookRefused: if it is not one JSON object in strict UTF-8, or names a
        checkout by something that is no id.
    """
    try:
        body = parse_json(raw_body)
    except JsonError as err:
        raise WebhookRefused(provider, f"the body {err}") from None
    if not isinstance(body, Mapping):
        raise WebhookRefused(provider, "the body is not an object")
    if "eventType" in body:
        return _read_event(body, provider)
    if body.get("type") == "PAYMENT":
        return _checkout_id(body.get("checkoutId"), provider)
    if isinstance(body.get("type"), str):
        # A retired shape: genuine, and of no interest.
        return None
    raise WebhookRefused(provider, "the body has neither eventType nor type")


def _read_event(body: Mapping[str, Any], provider: str) -> str | None:
    if not isinstance(body["eventType"], str):
        raise WebhookRefused(provider, "eventType is not text")
    data = body.get("data")
    if not isinstance(data, Mapping):
        raise WebhookRefused(provider, "data is not an object")
    checkout, refund = data.get("checkout"), data.get("refund")
    if isinstance(checkout, Mapping):
        return _checkout_id(checkout.get("id", checkout.get("checkoutId")), provider)
    if isinstance(refund, Mapping):
        return _checkout_id(refund.get("checkoutId"), provider)
    # Deposits, swaps and transfers of the account belong to no checkout.
    return None


def _checkout_id(value: object, provider: str) -> str:
    # An empty id must not pass for "any checkout".
    if not isinstance(value, str) or not _ID.match(value):
        raise WebhookRefused(provider, "the checkout's id is missing or malformed")
    return value
