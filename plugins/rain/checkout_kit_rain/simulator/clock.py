"""The simulator's own clock, and times the way the document prints them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

from .errors import bad_request

_LIMIT = 10 * 366 * 86400


def _real_now() -> datetime:
    return datetime.now(timezone.utc)


class SimulatorClock:
    """Real (or a test's) UTC time plus an offset."""

    def __init__(self, source: Callable[[], datetime] | None = None) -> None:
        self._source = source or _real_now
        self._offset = timedelta()
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """Return the simulated time in UTC."""
        with self._lock:
            return (self._source() + self._offset).astimezone(timezone.utc)

    def advance(self, seconds: float) -> None:
        """Move the clock.

        :raises SimulatorError: when it would leave the ten years around today.
        """
        with self._lock:
            total = self._offset.total_seconds() + seconds
            if not abs(total) <= _LIMIT:
                raise bad_request("The clock moves by ten years at most.")
            self._offset = timedelta(seconds=total)


def to_text(moment: datetime, hours: int | None = None) -> str:
    """Write a time with six digits, with `Z` or a numerical offset."""
    if hours is None:
        plain = moment.astimezone(timezone.utc).replace(tzinfo=None)
        return plain.isoformat(timespec="microseconds") + "Z"
    zone = timezone(timedelta(hours=hours))
    return moment.astimezone(zone).isoformat(timespec="microseconds")
