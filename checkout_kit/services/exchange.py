"""Exchange: what an amount of one currency is worth in another, for orientation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from checkout_kit.domain.currency import Currency
from checkout_kit.domain.rate import Rate
from checkout_kit.errors import NotSupported
from checkout_kit.services.quoted_rates import QuotedRates
from checkout_kit.services.rates import Rates


class Exchange:
    """Converts by rates of markets, else by prices; binds nobody, moves no money."""

    def __init__(self, rates: Rates, quoted: QuotedRates) -> None:
        self._rates = rates
        self._quoted = quoted

    def rate(self, source: Currency, target: Currency) -> Fraction:
        """How much of the target one unit of the source gives; calls providers.

        The least favourable of all fresh rates counts, so that nobody is promised more
        than the worst market gives. If no plugin fetches a rate of the two, what they
        quote for paying in one of them counts alike.

        :raises NotSupported: if no plugin has a fresh rate or quotes a price.
        """
        if source == target:
            return Fraction(1)
        found = self._fetched(source, target) or self._quoted.rates(source, target)
        if not found:
            raise NotSupported(
                f"no enabled plugin has a fresh rate from {source} to {target}, or "
                "quotes a price between the two"
            )
        return min(found)

    def _fetched(self, source: Currency, target: Currency) -> Sequence[Fraction]:
        return [
            price
            for report in self._rates.fetch_all()
            for rate in report.rates
            for price in _prices(rate, source, target)
        ]


def _prices(rate: Rate, source: Currency, target: Currency) -> Iterator[Fraction]:
    if (rate.base, rate.counter) == (source, target):
        yield rate.bid
    elif (rate.counter, rate.base) == (source, target):
        yield 1 / rate.ask
