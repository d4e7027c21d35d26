"""Exchange: what an amount of one currency is worth in another, for orientation."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from checkout_kit.domain.currency import Currency
from checkout_kit.domain.rate import Rate
from checkout_kit.errors import NotSupported
from checkout_kit.services.rates import Rates


class Exchange:
    """Converts by the rates that plugins fetch; binds nobody and moves no money."""

    def __init__(self, rates: Rates) -> None:
        self._rates = rates

    def rate(self, source: Currency, target: Currency) -> Fraction:
        """How much of the target one unit of the source gives; calls providers.

        The least favourable of all fresh rates counts, so that nobody is promised more
        than the worst market gives.

        :raises NotSupported: if no plugin has a fresh rate between the two.
        """
        if source == target:
            return Fraction(1)
        found = [
            price
            for report in self._rates.fetch_all()
            for rate in report.rates
            for price in _prices(rate, source, target)
        ]
        if not found:
            raise NotSupported(
                f"no enabled plugin has a fresh rate from {source} to {target}; "
                "GET /checkout tells what paying costs"
            )
        return min(found)


def _prices(rate: Rate, source: Currency, target: Currency) -> Iterator[Fraction]:
    if (rate.base, rate.counter) == (source, target):
        yield rate.bid
    elif (rate.counter, rate.base) == (source, target):
        yield 1 / rate.ask
