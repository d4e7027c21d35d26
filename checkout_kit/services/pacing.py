"""Pacing: how often a provider is asked, whatever makes its invoices due."""

from __future__ import annotations

import threading
from datetime import datetime


class TokenBucket:
    """Lets so many calls through at once, and then so many per second.

    Safe for many threads; belongs to a process.
    """

    def __init__(self, *, size: int = 10, per_second: float = 1.0) -> None:
        self._size = size
        self._per_second = per_second
        self._lock = threading.Lock()
        self._tokens: float = size
        self._filled_at: datetime | None = None

    def take(self, now: datetime) -> bool:
        """Take a token; False if there is none at this moment."""
        with self._lock:
            if self._filled_at is not None:
                passed = max((now - self._filled_at).total_seconds(), 0)
                self._tokens = min(self._size, self._tokens + passed * self._per_second)
            self._filled_at = now
            if self._tokens < 1:
                return False
            self._tokens -= 1
            return True
