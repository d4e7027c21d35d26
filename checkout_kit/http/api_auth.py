"""APIAuth: the scheme by which Quoine's APIs, and others, know who sends a request."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import urlsplit

CONTENT_TYPE = "application/json"


def canonical_string(
    content_type: str, content_md5: str, target: str, date: str, nonce: str
) -> str:
    """Join what is signed; an absent part stays empty between its commas.

    Quoine's words could mean leaving it out; their Ruby example keeps the place.
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


class ApiAuth:
    """Signs requests, each with a NONCE of its own; also each attempt of the same.

    Hand it to :class:`~checkout_kit.http.ApiClient` as ``auth``.

    :param now: tells the time, aware and in UTC.
    :param base_url: the client's; its path is what ``signed_prefix`` replaces.
    :param signed_prefix: what stands for that path in the signature; None signs the
        target as it is sent.
    :param content_md5: whether a body's hash is sent and signed.
    """

    def __init__(
        self,
        user_id: str,
        secret: str,
        now: Callable[[], datetime],
        *,
        base_url: str = "",
        signed_prefix: str | None = None,
        content_md5: bool = True,
    ) -> None:
        self.user_id = user_id
        self._secret = secret
        self._now = now
        self._base_path = urlsplit(base_url).path.rstrip("/")
        self._prefix = signed_prefix
        self._hashes_content = content_md5

    def __repr__(self) -> str:
        return f"<ApiAuth {self.user_id}>"

    def __call__(self, method: str, target: str, body: bytes) -> Mapping[str, str]:
        """Return the headers that authenticate one request.

        :param target: path and query exactly as they are sent.
        """
        if self._prefix is not None:
            target = self._prefix + target.removeprefix(self._base_path)
        nonce = secrets.token_hex(16)
        date = format_datetime(self._now(), usegmt=True)
        # A body is bound to its signature by its hash alone.
        content_md5 = hash_content(body) if body and self._hashes_content else ""
        text = canonical_string(CONTENT_TYPE, content_md5, target, date, nonce)
        headers = {
            "Content-Type": CONTENT_TYPE,
            "Date": date,
            "NONCE": nonce,
            "Authorization": f"APIAuth {self.user_id}:{sign(self._secret, text)}",
        }
        if content_md5:
            headers["Content-MD5"] = content_md5
        return headers
