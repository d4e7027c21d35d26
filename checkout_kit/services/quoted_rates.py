"""Quoted rates: what providers ask for paying a charge, taken as rates of exchange."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction

from checkout_kit.domain.charge import Charge, LineItem
from checkout_kit.domain.currency import Currency
from checkout_kit.domain.money import Money, format_decimal
from checkout_kit.domain.provider import Clock
from checkout_kit.services.quoting import Quoting

#: How much is quoted: enough for providers' minimums, whatever the currency.
_MINOR_UNITS = 10_000
#: Quoting costs the provider something; nobody needs it anew at each question.
_KEPT_FOR = timedelta(minutes=1)
_KEPT = 256


class QuotedRates:
    """Rates between a fiat currency and an asset that it can be paid in.

    They hold what providers add for themselves. Each process keeps them for a minute.
    """

    def __init__(self, quoting: Quoting, clock: Clock) -> None:
        self._quoting = quoting
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[
            tuple[Currency, Currency], tuple[datetime, Sequence[Fraction]]
        ] = OrderedDict()

    def rates(self, source: Currency, target: Currency) -> Sequence[Fraction]:
        """How much of the target one unit of the source gives, of each provider.

        Empty unless one of the two is fiat and the other one an asset.
        """
        if source.is_fiat and not target.is_fiat:
            return self._prices(source, target)
        if target.is_fiat and not source.is_fiat:
            return [1 / price for price in self._prices(target, source)]
        return []

    def _prices(self, fiat: Currency, asset: Currency) -> Sequence[Fraction]:
        """How much of the asset one unit of the currency costs."""
        now = self._clock.now()
        with self._lock:
            kept = self._kept.get((fiat, asset))
        if kept is not None and kept[0] <= now < kept[0] + _KEPT_FOR:
            return kept[1]
        amount = Money.from_minor_units(_MINOR_UNITS, fiat)
        item = LineItem("Exchange rate", format_decimal(amount.amount))
        prices = [
            quote.amount.fraction / amount.fraction
            for quote in self._quoting.quote_charge(Charge(fiat, [item]), asset)
            if quote.amount.amount > 0
        ]
        with self._lock:
            self._kept[fiat, asset] = (now, prices)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return prices
