"""The circuit breaker: a provider that keeps failing is left alone for a while."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from checkout_kit.errors import (
    ProviderBusy,
    ProviderError,
    ProviderProtocolError,
    ProviderTimeout,
    ProviderUnavailable,
    ProviderUnreachable,
)

#: So many failures in a row open the breaker …
MAX_FAILURES = 5
#: … for so long; then one call may try.
OPEN_FOR = timedelta(seconds=30)

# A refusal is an answer: it says nothing about the provider's health.
_COUNTED = (
    ProviderUnreachable,
    ProviderTimeout,
    ProviderUnavailable,
    ProviderProtocolError,
)


class CircuitBreaker:
    """Counts a provider's failures in this process; safe for many threads."""

    def __init__(
        self,
        provider: str,
        on_change: Callable[[str, bool, str | None], None] | None = None,
    ) -> None:
        self._provider = provider
        self._on_change = on_change
        self._lock = threading.Lock()
        self._failures = 0
        self._open_until: datetime | None = None
        self._is_probing = False

    def admit(self, now: datetime) -> None:
        """Let a call through, or refuse it without making one.

        :raises ProviderBusy: while the breaker is open, or another call is probing.
        """
        with self._lock:
            if self._open_until is None:
                return
            if now < self._open_until or self._is_probing:
                raise ProviderBusy(
                    self._provider, "left alone for a while after repeated failures"
                )
            self._is_probing = True

    def succeeded(self) -> None:
        """Note an answer, of whatever content."""
        with self._lock:
            was_open = self._open_until is not None
            self._failures, self._open_until, self._is_probing = 0, None, False
        if was_open and self._on_change:
            self._on_change(self._provider, False, None)

    def failed(self, error: ProviderError, now: datetime) -> None:
        """Note an error; a refusal counts as an answer."""
        if isinstance(error, ProviderBusy):
            with self._lock:
                self._is_probing = False
            return
        if not isinstance(error, _COUNTED):
            self.succeeded()
            return
        with self._lock:
            self._failures += 1
            was_open = self._open_until is not None
            opens = self._failures >= MAX_FAILURES or self._is_probing
            self._is_probing = False
            if opens:
                self._open_until = now + OPEN_FOR
        if opens and not was_open and self._on_change:
            self._on_change(self._provider, True, error.problem)
