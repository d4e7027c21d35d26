"""APIAuth, checked as the document's chapter on authentication says."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from werkzeug.datastructures import Headers

from .errors import Unauthorized

# The document names no window; fifteen minutes are what APIAuth libraries take.
WINDOW = timedelta(minutes=15)
_NONCE = re.compile(r"[A-Za-z0-9]{32}\Z", re.ASCII)
_AUTHORIZATION = re.compile(r"APIAuth ([^:\s]{1,100}):(\S{1,100})\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Credentials:
    """The User ID and User Secret of the simulated account."""

    user_id: str
    user_secret: str = field(repr=False)

    def sign(self, canonical: str) -> str:
        """Return the signature of a canonical string."""
        key, text = self.user_secret.encode(), canonical.encode("utf-8", "replace")
        return base64.b64encode(hmac.new(key, text, "sha1").digest()).decode()


class Gate:
    """Lets a request in once: its NONCE is remembered as long as its Date is good."""

    def __init__(self, credentials: Credentials) -> None:
        self.credentials = credentials
        self._lock = threading.Lock()
        self._nonces: OrderedDict[str, datetime] = OrderedDict()

    def check(self, headers: Headers, target: str, body: bytes, now: datetime) -> None:
        """Check who sends a request.

        :param target: path and query as they were sent.
        :raises Unauthorized: when a header is missing, wrong, too old or used up.
        """
        match = _AUTHORIZATION.match(headers.get("Authorization", ""))
        if match is None:
            raise Unauthorized("Authorization is missing or malformed")
        for name in ("Content-Type", "Date", "NONCE"):
            if not headers.get(name):
                raise Unauthorized(f"{name} is missing")
        content_md5 = headers.get("Content-MD5", "")
        canonical = ",".join(
            (
                headers["Content-Type"],
                content_md5,
                target,
                headers["Date"],
                headers["NONCE"],
            )
        )
        expected = self.credentials.sign(canonical)
        # Both compared whatever the first says, so that time tells nothing.
        is_known = _is_equal(match[1], self.credentials.user_id)
        is_signed = _is_equal(match[2], expected)
        if not (is_known and is_signed):
            raise Unauthorized("Token is invalid")
        if content_md5 and not _is_equal(content_md5, _md5(body)):
            raise Unauthorized("Content-MD5 is not the content's")
        if not _NONCE.match(headers["NONCE"]):
            raise Unauthorized("NONCE must be of 32 alphanumeric characters")
        self._check_date(headers["Date"], now)
        self._use_up(headers["NONCE"], now)

    def _check_date(self, text: str, now: datetime) -> None:
        try:
            date = parsedate_to_datetime(text)
        except (TypeError, ValueError, IndexError):
            date = None
        if date is None or date.tzinfo is None or not text.endswith("GMT"):
            raise Unauthorized("Date is not in HTTP's format")
        if abs(now - date) > WINDOW:
            raise Unauthorized("Date is too far from the server's time")

    def _use_up(self, nonce: str, now: datetime) -> None:
        with self._lock:
            while self._nonces:
                oldest, used_at = next(iter(self._nonces.items()))
                # A request may be dated ahead by one window and be good for two.
                if now - used_at <= 2 * WINDOW:
                    break
                del self._nonces[oldest]
            if nonce in self._nonces:
                raise Unauthorized("NONCE was used before")
            self._nonces[nonce] = now


def _md5(body: bytes) -> str:
    digest = hashlib.md5(body, usedforsecurity=False).digest()
    return base64.b64encode(digest).decode()


def _is_equal(given: str, expected: str) -> bool:
    # As bytes: compare_digest refuses text beyond ASCII.
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())
