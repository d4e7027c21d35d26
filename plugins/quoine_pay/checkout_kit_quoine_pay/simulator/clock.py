"""The simulator's two clocks: the real one, and the books' one that tests move."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

from .errors import BadRequest

_LIMIT = timedelta(days=3660)
# The document's examples are written in Japan's time.
_ZONE = timezone(timedelta(hours=9))


def _real_now() -> datetime:
    return datetime.now(timezone.utc)


class SimulatorClock:
    """Tells the books' time: the real one plus an offset."""

    def __init__(self, source: Callable[[], datetime] | None = None) -> None:
        self._source = source or _real_now
        self._offset = timedelta()
        self._lock = threading.Lock()

    def real(self) -> datetime:
        """Return the real time, by which requests are dated."""
        return self._source().astimezone(timezone.utc)

    def now(self) -> datetime:
        """Return the books' time in UTC, cut to milliseconds as the API prints it."""
        with self._lock:
            moment = self.real() + self._offset
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    @property
    def offset(self) -> float:
        """How many seconds the books are ahead of the real time."""
        with self._lock:
            return self._offset.total_seconds()

    def advance(self, seconds: float) -> None:
        """Move the books' clock.

        :raises BadRequest: when it would leave the ten years around today.
        """
        # Compared as a number first: timedelta overflows on absurd values.
        if not abs(seconds) <= _LIMIT.total_seconds():
            raise BadRequest("The clock moves by ten years at most.")
        with self._lock:
            offset = self._offset + timedelta(seconds=seconds)
            if abs(offset) > _LIMIT:
                raise BadRequest("The clock moves by ten years at most.")
            self._offset = offset

    def reset(self) -> None:
        """Follow the real time again."""
        with self._lock:
            self._offset = timedelta()


def to_api_time(moment: datetime | None) -> str | None:
    """Write a time as the document does: 2014-08-08T19:40:12.855+09:00."""
    if moment is None:
        return None
    return moment.astimezone(_ZONE).isoformat(timespec="milliseconds")
