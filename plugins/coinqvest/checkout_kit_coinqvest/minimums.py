"""Minimums: which blockchains are offered at present, and for how much.

GET /blockchains and GET /asset-issuers tell. They change rarely, so the answers are
kept for a while. If they can't be had, the quote's own list has to do.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from checkout_kit import Clock, ProviderError
from checkout_kit_coinqvest.answers import AssetIssuer, Blockchain
from checkout_kit_coinqvest.client import CoinqvestClient
from checkout_kit_coinqvest.config import CoinqvestSettings

logger = logging.getLogger("checkout_kit.plugins.coinqvest")

#: So long after a failure nobody asks again: a buyer waits for each attempt.
PAUSE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class PaymentRange:
    """How much may be paid on a blockchain, in its native asset."""

    least: Decimal
    highest: Decimal | None = None

    def allows(self, amount: Decimal) -> bool:
        """Whether such a payment would be taken."""
        return self.least <= amount and (self.highest is None or amount <= self.highest)


Ranges = Mapping[str, PaymentRange]


def find_ranges(
    blockchains: Iterable[Blockchain],
    issuers: Iterable[AssetIssuer],
    relays: Mapping[str, str],
) -> Ranges:
    """Combine the minimums of blockchains with those of the issuers that serve them.

    The issuer is the one that the shop prefers, else the blockchain's default. A
    blockchain whose issuer takes no payments is left out.
    """
    terms = {issuer.id: issuer.checkouts for issuer in issuers}
    ranges = {}
    for chain in blockchains:
        served_by = relays.get(chain.code) or next(
            (issuer.id for issuer in chain.issuers if issuer.is_default), None
        )
        found = terms.get(served_by) if served_by else None
        if found is None:
            ranges[chain.code] = PaymentRange(chain.least_charge)
        elif found.is_enabled:
            least = max(chain.least_charge, found.least)
            ranges[chain.code] = PaymentRange(least, found.highest)
    return ranges


class MinimumBook:
    """Remembers the ranges for a lifetime. Safe for many threads.

    One thread at a time asks the API; the others go on with what is known.
    """

    def __init__(
        self, client: CoinqvestClient, settings: CoinqvestSettings, clock: Clock
    ) -> None:
        self._client = client
        self._relays = settings.blockchain_relays
        self._lifetime = settings.minimums_lifetime
        self._clock = clock
        self._asking = threading.Lock()
        self._lock = threading.Lock()
        self._ranges: Ranges | None = None
        self._due: datetime | None = None

    @property
    def known(self) -> Ranges | None:
        """What is known without asking; None for nothing."""
        with self._lock:
            return self._ranges

    def look_up(self) -> Ranges | None:
        """What is known, after asking if that is due; never raises."""
        now = self._clock.now()
        with self._lock:
            is_due = self._due is None or now >= self._due
        if is_due and self._asking.acquire(blocking=False):
            try:
                self._ask(now)
            finally:
                self._asking.release()
        return self.known

    def _ask(self, now: datetime) -> None:
        try:
            blockchains = self._client.list_blockchains()
            issuers = self._client.list_asset_issuers()
        except ProviderError as err:
            # What was known stays: minimums change rarely.
            logger.info("%s: the minimums can't be had: %s", err.provider, err.problem)
            with self._lock:
                self._due = now + min(PAUSE, self._lifetime)
            return
        ranges = find_ranges(blockchains, issuers, self._relays)
        with self._lock:
            self._ranges = ranges
            self._due = now + self._lifetime
