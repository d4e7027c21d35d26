"""Signing: how requests prove who sends them, with the clock they are signed by."""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections.abc import Mapping
from urllib.parse import urlsplit

from checkout_kit import Clock
from checkout_kit_coinqvest.config import CoinqvestSettings

# Less than the API's 30 seconds: a smaller difference explains no refusal.
_NOTICEABLE = 2


def sign_digest(
    secret: str, path: str, timestamp: int, method: str, body: bytes
) -> str:
    """Compute ``X-Digest-Signature`` (document: Authentication, Digest-Auth).

    :param path: the endpoint's path, without base path and query.
    """
    text = f"{path}{timestamp}{method.upper()}".encode()
    return hmac.new(secret.encode(), text + body, hashlib.sha256).hexdigest()


def hash_basic(key: str, secret: str) -> str:
    """Compute ``X-Basic`` (document: Authentication, Basic-Auth)."""
    return hashlib.sha256(f"{key}:{secret}".encode()).hexdigest()


class RequestSigner:
    """Signs requests by one of the two methods of the document.

    The difference between our clock and the API's is kept behind a lock; one signer
    serves all threads.
    """

    def __init__(self, settings: CoinqvestSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._base_path = urlsplit(settings.base_url).path.rstrip("/")
        self._lock = threading.Lock()
        self._offset = 0

    def __call__(self, method: str, target: str, body: bytes) -> Mapping[str, str]:
        """Return the headers that authenticate one request."""
        settings = self._settings
        if settings.auth == "basic":
            return {"X-Basic": hash_basic(settings.api_key, settings.api_secret)}
        path = target.partition("?")[0].removeprefix(self._base_path)
        timestamp = self.timestamp()
        return {
            "X-Digest-Key": settings.api_key,
            "X-Digest-Timestamp": str(timestamp),
            "X-Digest-Signature": sign_digest(
                settings.api_secret, path, timestamp, method, body
            ),
        }

    def timestamp(self) -> int:
        """The present Unix time, by the API's clock as far as it is known."""
        with self._lock:
            return int(self._clock.now().timestamp()) + self._offset

    @property
    def offset(self) -> int:
        """By how many seconds the API's clock is ahead of ours, as far as is known."""
        with self._lock:
            return self._offset

    def adjust(self, server_time: int, used: int) -> bool:
        """Take over the API's clock.

        :param used: the offset that the refused request was signed with; another
            thread may have adjusted since.
        :return: whether signing anew makes a difference.
        """
        with self._lock:
            offset = server_time - int(self._clock.now().timestamp())
            if abs(offset - self._offset) >= _NOTICEABLE:
                self._offset = offset
            differs = abs(self._offset - used) >= _NOTICEABLE
            return differs and self._settings.auth == "digest"
