"""Digest-Auth and Basic-Auth, checked as the document's chapter on authentication."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, field

from werkzeug.datastructures import Headers

from .errors import Unauthorized

# "Must be less than 30 seconds old"; a clock may be ahead by as much.
WINDOW_SECONDS = 30
_TIMESTAMP = re.compile(r"[0-9]{1,12}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Credentials:
    """The API key and secret of the simulated account."""

    api_key: str
    api_secret: str = field(repr=False)

    def sign(self, path: str, timestamp: str, method: str, body: bytes) -> str:
        """Return X-Digest-Signature; `path` is without prefix and query."""
        message = (path + timestamp + method).encode() + body
        return hmac.new(self.api_secret.encode(), message, hashlib.sha256).hexdigest()

    def hash_basic(self) -> str:
        """Return X-Basic: the hash over `key:secret`."""
        text = f"{self.api_key}:{self.api_secret}"
        return hashlib.sha256(text.encode()).hexdigest()

    def sign_webhook(self, body: bytes) -> str:
        """Return X-Webhook-Auth: the hash over secret and body."""
        return hashlib.sha256(self.api_secret.encode() + body).hexdigest()


def check_request(
    credentials: Credentials,
    *,
    headers: Headers,
    path: str,
    method: str,
    body: bytes,
    now: int,
) -> None:
    """Check who sends a request.

    :raises Unauthorized: when key, signature, timestamp or hash is wrong.
    """
    basic = headers.get("X-Basic")
    if basic is not None and "X-Digest-Signature" not in headers:
        if not _is_equal(basic, credentials.hash_basic()):
            raise Unauthorized("X-Basic: authentication failed.")
        return
    for name in ("X-Digest-Key", "X-Digest-Timestamp", "X-Digest-Signature"):
        if not headers.get(name):
            raise Unauthorized(f"{name}: is missing.")
    timestamp = headers["X-Digest-Timestamp"]
    if not _TIMESTAMP.fullmatch(timestamp):
        raise Unauthorized("X-Digest-Timestamp: must be a Unix timestamp.")
    # REQUEST_BODY is "null for GET requests", which concatenates to nothing.
    signed = b"" if method == "GET" else body
    expected = credentials.sign(path, timestamp, method, signed)
    is_ours = _is_equal(headers["X-Digest-Key"], credentials.api_key)
    # Both compared whatever the first says, so that time tells nothing.
    is_signed = _is_equal(headers["X-Digest-Signature"], expected)
    if not (is_ours and is_signed):
        raise Unauthorized("X-Digest-Signature: authentication failed.")
    if abs(now - int(timestamp)) >= WINDOW_SECONDS:
        raise Unauthorized("X-Digest-Timestamp: is too far from the server's time.")


def _is_equal(given: str, expected: str) -> bool:
    # As bytes: compare_digest refuses text beyond ASCII.
    return hmac.compare_digest(given.encode(), expected.encode())
