"""Signatures of outgoing webhooks: Standard Webhooks 1.0.0 and COINQVEST's own."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from checkout_kit.errors import InputError

PREFIX = "whsec_"
_MIN_BYTES, _MAX_BYTES, _NEW_BYTES = 24, 64, 32


def make_secret() -> str:
    """Make a signing secret, as receivers' libraries take it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_NEW_BYTES)).decode("ascii")


def check_secret(secret: str) -> str:
    """Give back a secret that can sign.

    :raises InputError: if it is not ``whsec_`` and base64 of 24 to 64 bytes.
    """
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (ValueError, binascii.Error):
        key = b""
    if not secret.startswith(PREFIX) or not _MIN_BYTES <= len(key) <= _MAX_BYTES:
        raise InputError(
            "secret",
            f"must be {PREFIX} and base64 of {_MIN_BYTES} to {_MAX_BYTES} bytes",
        )
    return secret


def sign_standard(
    keys: Sequence[str], message_id: str, sent_at: datetime, body: bytes
) -> Mapping[str, str]:
    """Make the headers of a message, with a signature by each key.

    The id is the same at every attempt, the time is the attempt's own.
    """
    seconds = str(int(sent_at.timestamp()))
    content = f"{message_id}.{seconds}.".encode() + body
    signatures = [
        base64.b64encode(
            hmac.new(
                base64.b64decode(key.removeprefix(PREFIX)), content, hashlib.sha256
            ).digest()
        ).decode("ascii")
        for key in keys
    ]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": seconds,
        "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
    }


def sign_coinqvest(secret: str, body: bytes) -> Mapping[str, str]:
    """Make COINQVEST's header: the hash of the secret and the raw body.

    Weak by design (no time in it, and it can be extended): receivers ask
    GET /checkout before they believe anything.
    """
    return {"X-Webhook-Auth": hashlib.sha256(secret.encode() + body).hexdigest()}
