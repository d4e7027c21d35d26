"""APIAuth from the server's side: who signed a request, checked for real.

Written from the documents that describe the scheme, never from
``checkout_kit.http.api_auth``, so that the two test each other.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from werkzeug.exceptions import Unauthorized
from werkzeug.wrappers import Request

# The documents name no window; fifteen minutes are what APIAuth libraries take.
WINDOW = timedelta(minutes=15)
_NONCE = re.compile(r"[A-Za-z0-9]{32}\Z", re.ASCII)
_AUTHORIZATION = re.compile(r"APIAuth ([^:\s]{1,100}):(\S{1,100})\Z", re.ASCII)


class ApiAuthGate:
    """Lets a request in once: its NONCE is remembered as long as its Date is good."""

    def __init__(self, secret_of: Callable[[str], str | None]) -> None:
        """Make the gate.

        :param secret_of: finds the secret of an id, None if nobody has that id.
        """
        self._secret_of = secret_of
        self._lock = threading.Lock()
        self._nonces: OrderedDict[str, datetime] = OrderedDict()

    def check(self, request: Request, target: str, now: datetime) -> str:
        """Check who sends a request.

        :param target: path and query as they are meant to be signed.
        :return: the id of who signed it.
        :raises Unauthorized: when a header is missing, wrong, too old or used up.
        """
        headers = request.headers
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
        secret = self._secret_of(match[1])
        # Compared whatever the id is, so that time tells nothing.
        is_signed = _is_equal(match[2], _sign(secret or "", canonical))
        if secret is None or not is_signed:
            raise Unauthorized("Token is invalid")
        if content_md5 and not _is_equal(content_md5, _md5(request.get_data())):
            raise Unauthorized("Content-MD5 is not the content's")
        if not _NONCE.match(headers["NONCE"]):
            raise Unauthorized("NONCE must be of 32 alphanumeric characters")
        _check_date(headers["Date"], now)
        self._use_up(headers["NONCE"], now)
        return match[1]

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


def target_as_sent(request: Request) -> str:
    """Return path and query as they were sent, before anybody decoded them."""
    for name in ("RAW_URI", "REQUEST_URI"):
        raw = request.environ.get(name)
        if isinstance(raw, str) and raw.startswith("/"):
            return raw
    query = request.query_string.decode("latin-1")
    return f"{request.path}?{query}" if query else request.path


def _check_date(text: str, now: datetime) -> None:
    try:
        date = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError):
        date = None
    if date is None or date.tzinfo is None or not text.endswith("GMT"):
        raise Unauthorized("Date is not in HTTP's format")
    if abs(now - date) > WINDOW:
        raise Unauthorized("Date is too far from the server's time")


def _sign(secret: str, canonical: str) -> str:
    text = canonical.encode("utf-8", "replace")
    return base64.b64encode(hmac.new(secret.encode(), text, "sha1").digest()).decode()


def _md5(body: bytes) -> str:
    digest = hashlib.md5(body, usedforsecurity=False).digest()
    return base64.b64encode(digest).decode()


def _is_equal(given: str, expected: str) -> bool:
    # As bytes: compare_digest refuses text beyond ASCII.
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())
