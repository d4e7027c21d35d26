"""A simulator's own clock: real time plus an offset that tests and people move."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

from werkzeug.exceptions import BadRequest

_LIMIT = timedelta(days=3660)


def _real_now() -> datetime:
    return datetime.now(timezone.utc)


class SimulatorClock:
    """Tells the simulated time, with as many digits as the provider prints."""

    def __init__(
        self, source: Callable[[], datetime] | None = None, *, digits: int = 6
    ) -> None:
        """Make the clock.

        :param source: the real time, or a test's; an aware datetime.
        :param digits: how many digits of a second count, up to 6.
        """
        self._source = source or _real_now
        self._step = 10 ** (6 - digits)
        self._offset = timedelta()
        self._lock = threading.Lock()

    def real(self) -> datetime:
        """Return the time in UTC as the source tells it."""
        return self._source().astimezone(timezone.utc)

    def now(self) -> datetime:
        """Return the simulated time in UTC."""
        with self._lock:
            moment = self.real() + self._offset
        return moment.replace(microsecond=moment.microsecond // self._step * self._step)

    def unix(self) -> int:
        """Return the simulated time in whole seconds since 1970."""
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
            raise _too_far()
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
            raise _too_far()
        self._offset = offset


def _too_far() -> BadRequest:
    return BadRequest("The clock moves by ten years at most.")
