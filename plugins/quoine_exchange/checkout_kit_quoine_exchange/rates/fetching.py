"""Fetching: fresh rates, or an error that says why there are none."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence

from checkout_kit import Clock, ProviderUnavailable, Rate
from checkout_kit_quoine_exchange.config import QuoineExchangeSettings
from checkout_kit_quoine_exchange.rates.channels import channels_of
from checkout_kit_quoine_exchange.rates.market import Market
from checkout_kit_quoine_exchange.rates.stream import RateStream

#: Seconds between two attempts to connect.
_PAUSE = 1.0


class RateFetcher:
    """Hands out what the market paid at most ``rate_seconds`` ago; safe for forks.

    Market and stream belong to a process. After a fork the parent's are kept and never
    touched: their locks may be held for ever, and their socket is the parent's.
    """

    def __init__(
        self, settings: QuoineExchangeSettings, clock: Clock, provider: str
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._provider = provider
        self._by_process: dict[int, tuple[Market, RateStream]] = {}

    def fetch(self) -> Sequence[Rate]:
        """Fetch the rates of all pairs that have a fresh one.

        The first call connects and waits for the first prices, for
        ``rate_wait_seconds`` at most.

        :raises ProviderUnavailable: if no rate is fresh.
        """
        market, stream = self._of_process()
        deadline = time.monotonic() + self._settings.rate_wait_seconds
        while True:
            # Also connects anew, if the connection breaks while we wait.
            stream.ensure()
            left = deadline - time.monotonic()
            if market.wait_for_all(self._clock.now(), min(left, _PAUSE)) or left <= 0:
                break
        rates = market.rates(self._clock.now())
        if not rates:
            why = self._why(stream)
            # It may be dead without knowing: the next call connects anew.
            stream.close()
            raise ProviderUnavailable(self._provider, why)
        return rates

    def close(self) -> None:
        """Close the connection."""
        found = self._by_process.get(os.getpid())
        if found is not None:
            found[1].close()

    def _of_process(self) -> tuple[Market, RateStream]:
        found = self._by_process.get(os.getpid())
        if found is not None:
            return found
        market = Market(self._settings.pairs, self._settings.rate_age)
        channels = channels_of(self._settings.pairs, self._settings.rate_channels)
        stream = RateStream(self._settings, self._clock, channels, market)
        # Of two threads that come here at once, one makes it.
        return self._by_process.setdefault(os.getpid(), (market, stream))

    def _why(self, stream: RateStream) -> str:
        if not stream.is_connected:
            return "there is no connection to Pusher, and no rate is fresh"
        age = f"{self._settings.rate_seconds:g} s"
        problem = f" ({stream.problem})" if stream.problem else ""
        return f"no price arrived in the last {age}{problem}"
