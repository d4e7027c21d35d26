"""Rate limits: how often a key may call, and an address may fail."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from checkout_kit.web.api.problems import Problem

if TYPE_CHECKING:
    from limits import RateLimitItem
    from limits.strategies import RateLimiter


logger = logging.getLogger("checkout_kit.web.api")


@dataclass(frozen=True)
class RateLimits:
    """Counts calls in fixed windows of time.

    In the memory of a process each process counts for itself; a storage such as
    ``redis://`` counts for all of them.
    """

    rate: str
    failure_rate: str
    storage: str

    def check_call(self, who: str) -> None:
        """Count a call of a key, or of an address without one.

        :raises Problem: if there were too many.
        """
        self._hit(self._call, "call", who)

    def check_failure(self, address: str) -> None:
        """Count a failed authentication; a right one is never held up by it.

        :raises Problem: if there were too many.
        """
        self._hit(self._failure, "failure", address)

    def _hit(self, item: RateLimitItem, what: str, who: str) -> None:
        try:
            if self._limiter.hit(item, what, who):
                return
            reset, _ = self._limiter.get_window_stats(item, what, who)
        # The storage is a library's or a server's: if it fails, shops are still paid.
        except Exception:
            logger.exception("counting calls failed; none is held back")
            return
        seconds = max(1, round(reset - time.time()))
        raise Problem(
            429,
            [
                f"Too many requests: at most {item.amount} in {item.get_expiry()} "
                f"seconds. Try again in {seconds} seconds."
            ],
            {"Retry-After": str(seconds)},
        )

    @cached_property
    def _limiter(self) -> RateLimiter:
        # Loading the library takes longer than an app's start without an API.
        from limits.storage import storage_from_string
        from limits.strategies import FixedWindowRateLimiter

        from checkout_kit.web.api.counters import ProcessCounters

        if self.storage == "memory://":
            return FixedWindowRateLimiter(ProcessCounters())
        return FixedWindowRateLimiter(storage_from_string(self.storage))

    @cached_property
    def _call(self) -> RateLimitItem:
        return _item(self.rate)

    @cached_property
    def _failure(self) -> RateLimitItem:
        return _item(self.failure_rate)


def _item(rate: str) -> RateLimitItem:
    from limits import parse

    return parse(rate)
