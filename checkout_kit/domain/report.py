"""The report of a day: what came of its checkouts, with one provider and with all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from checkout_kit.domain.currency import Currency
from checkout_kit.domain.money import Money

#: In place of a provider: checkouts whose buyer chose no method.
NO_PROVIDER = "-"


@dataclass(frozen=True, slots=True)
class ReportLine:
    """What came of a day's charges in one currency, with one provider or all.

    ``charged + over - under == paid`` always, and ``unsettled`` is what of ``paid`` was
    not settled. ``received`` is what buyers sent, ``settled`` what the merchant was
    credited after ``fees``: each a sum per currency.
    """

    provider: str
    checkouts: int
    charged: Money
    paid: Money
    over: Money
    under: Money
    unsettled: Money
    received: tuple[Money, ...] = ()
    settled: tuple[Money, ...] = ()
    fees: tuple[Money, ...] = ()

    @property
    def currency(self) -> Currency:
        """The currency of the charges."""
        return self.charged.currency


@dataclass(frozen=True, slots=True)
class UnmatchedLine:
    """Deposits of one provider that fitted no invoice; some have no amount."""

    provider: str
    deposits: int
    amounts: tuple[Money, ...]


@dataclass(frozen=True, slots=True)
class DayReport:
    """The checkouts made on one day of UTC, as they stand at ``at``.

    ``problems`` name what an operator has to look at: sums that don't agree, and more
    settled than is still paid.
    """

    day: date
    at: datetime
    is_over: bool
    lines: tuple[ReportLine, ...]
    totals: tuple[ReportLine, ...]
    unmatched: tuple[UnmatchedLine, ...]
    problems: tuple[str, ...]
