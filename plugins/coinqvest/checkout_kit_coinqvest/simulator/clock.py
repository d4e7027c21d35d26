"""The simulator's own clock: real UTC time plus an offset that tests move."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

from .errors import BadRequest

_LIMIT = timedelta(days=3660)


def _real_now() -> datetime:
    return datetime.now(timezone.utc)


class SimulatorClock:
    """A clock with an offset; whole seconds, as the API document prints them."""

    def __init__(self, source: Callable[[], datetime] | None = None) -> None:
        self._source = source or _real_now
        self._offset = timedelta()
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """Return the simulated time in UTC, cut to whole seconds."""
        with self._lock:
            moment = self._source() + self._offset
        return moment.astimezone(timezone.utc).replace(microsecond=0)

    def unix(self) -> int:
        """Return the simulated time as GET /time answers it."""
        return int(self.now().timestamp())

    @property
    def offset(self) -> float:
        """How many seconds the clock is ahead of its source."""
        with self._lock:
            return self._offset.total_seconds()

    def advance(self, seconds: float) -> None:
        """Move the clock by `seconds`, backwards when negative.

        :raises BadRequest: when the clock would leave the ten years around today.
        """
        # Compared as a number first: timedelta overflows on absurd values.
        if not abs(seconds) <= _LIMIT.total_seconds():
            raise BadRequest("The clock moves by ten years at most.")
        with self._lock:
            self._set_offset(self._offset + timedelta(seconds=seconds))

    def move_to(self, moment: datetime) -> None:
        """Set the clock to `moment`, an aware time.

        :raises BadRequest: when the clock would leave the ten years around today.
        """
        with self._lock:
            self._set_offset(moment - self._source())

    def reset(self) -> None:
        """Follow the source again."""
        with self._lock:
            self._offset = timedelta()

    def _set_offset(self, offset: timedelta) -> None:
        if abs(offset) > _LIMIT:
            raise BadRequest("The clock moves by ten years at most.")
        self._offset = offset


def to_w3c(moment: datetime, hours: int = 0) -> str:
    """Return a W3C timestamp with the given offset from UTC, as the document's."""
    zone = timezone(timedelta(hours=hours))
    return moment.astimezone(zone).replace(microsecond=0).isoformat()
