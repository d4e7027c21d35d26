"""Signing: APIAuth, by which a request proves who sends it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from email.utils import format_datetime
from urllib.parse import urlsplit

from checkout_kit import Clock
from checkout_kit_quoine_pay.config import QuoinePaySettings

CONTENT_TYPE = "application/json"


def canonical_string(
    content_type: str, content_md5: str, target: str, date: str, nonce: str
) -> str:
    """Join what is signed; an absent part stays empty between its commas.

    The document's words could mean leaving it out; its Ruby example keeps the place.
    """
    return ",".join((content_type, content_md5, target, date, nonce))


def sign(secret: str, canonical: str) -> str:
    """Compute the signature: base64 of the HMAC-SHA1."""
    mac = hmac.new(secret.encode(), canonical.encode(), hashlib.sha1)
    return base64.b64encode(mac.digest()).decode("ascii")


def hash_content(body: bytes) -> str:
    """Compute ``Content-MD5``: base64 of the MD5."""
    # The algorithm is the API's; what protects the request is the signature.
    digest = hashlib.md5(body, usedforsecurity=False).digest()
    return base64.b64encode(digest).decode("ascii")


class RequestSigner:
    """Signs requests, each with a NONCE of its own; also each attempt of the same."""

    def __init__(self, settings: QuoinePaySettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._base_path = urlsplit(settings.base_url).path.rstrip("/")

    def __call__(self, method: str, target: str, body: bytes) -> Mapping[str, str]:
        """Return the headers that authenticate one request.

        :param target: path and query exactly as they are sent.
        """
        prefix = self._settings.signed_prefix
        if prefix is not None:
            target = prefix + target.removeprefix(self._base_path)
        nonce = secrets.token_hex(16)
        # In UTC by the Clock's contract, as usegmt demands.
        date = format_datetime(self._clock.now(), usegmt=True)
        # A body is bound to its signature by its hash alone.
        has_hash = bool(body) and self._settings.content_md5
        content_md5 = hash_content(body) if has_hash else ""
        text = canonical_string(CONTENT_TYPE, content_md5, target, date, nonce)
        signature = sign(self._settings.user_secret, text)
        headers = {
            "Content-Type": CONTENT_TYPE,
            "Date": date,
            "NONCE": nonce,
            "Authorization": f"APIAuth {self._settings.user_id}:{signature}",
        }
        if content_md5:
            headers["Content-MD5"] = content_md5
        return headers
