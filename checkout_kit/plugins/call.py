"""A call under way: one hook of one provider, and who waits for its answer."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Any

from checkout_kit.errors import ProviderTimeout


class ProviderCall:
    """A call under way."""

    def __init__(
        self,
        provider: str,
        future: Future[Any],
        on_timeout: Callable[[ProviderTimeout], None],
    ) -> None:
        self._provider = provider
        self._future = future
        self._on_timeout = on_timeout

    def wait(self, seconds: float) -> Any:
        """Wait for the answer.

        :raises ProviderTimeout: if it takes longer; the call goes on regardless.
        """
        try:
            return self._future.result(timeout=max(seconds, 0))
        except FutureTimeout:
            if self._future.done():
                raise
            error = ProviderTimeout(self._provider, f"no answer within {seconds:.1f} s")
            self._on_timeout(error)
            raise error from None
