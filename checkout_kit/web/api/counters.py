"""Counters of one process: what the library limits keeps calls in, without threads."""

from __future__ import annotations

import threading
import time

from limits.storage import Storage

#: Beyond, counters whose window is over are dropped.
_MANY = 10_000


class ProcessCounters(Storage):
    """Counts in a dict.

    The library's own storage starts a thread at every call, only to forget: that took
    longer than the rest of the check, and threads don't survive a fork.
    """

    STORAGE_SCHEME = None

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._counts: dict[str, tuple[int, float]] = {}

    @property
    def base_exceptions(self) -> type[Exception]:
        """What may go wrong: nothing of its own."""
        return ValueError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count, in a window that begins with its first call."""
        now = time.time()
        with self._lock:
            count, until = self._counts.get(key, (0, 0.0))
            if until <= now:
                count, until = 0, now + expiry
            self._counts[key] = count + amount, until
            if len(self._counts) > _MANY:
                self._counts = {k: v for k, v in self._counts.items() if v[1] > now}
        return count + amount

    def get(self, key: str) -> int:
        """The count of a window that is not over."""
        count, until = self._counts.get(key, (0, 0.0))
        return count if until > time.time() else 0

    def get_expiry(self, key: str) -> float:
        """When a window is over."""
        return self._counts.get(key, (0, time.time()))[1]

    def check(self) -> bool:
        """It can always count."""
        return True

    def reset(self) -> int:
        """Forget everything."""
        with self._lock:
            forgotten = len(self._counts)
            self._counts = {}
        return forgotten

    def clear(self, key: str) -> None:
        """Forget one count."""
        with self._lock:
            self._counts.pop(key, None)
