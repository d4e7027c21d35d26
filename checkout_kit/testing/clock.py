"""A clock that stands still until a test moves it."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta, timezone

#: Where a clock stands that was not told otherwise.
START = datetime(2026, 1, 5, 12, 0, tzinfo=timezone.utc)


class FakeClock:
    """Tells the time that a test gave it; safe for many threads."""

    def __init__(self, start: datetime | None = None) -> None:
        moment = START if start is None else start
        if moment.tzinfo is None:
            raise ValueError("a clock starts at an aware time, with a time zone")
        self._lock = threading.Lock()
        self._now = moment.astimezone(timezone.utc)

    def now(self) -> datetime:
        """The present moment, as an aware UTC datetime."""
        with self._lock:
            return self._now

    def advance(self, seconds: float) -> None:
        """Let so many seconds pass at once; never backwards."""
        if seconds < 0:
            raise ValueError("time does not run backwards")
        with self._lock:
            self._now += timedelta(seconds=seconds)
