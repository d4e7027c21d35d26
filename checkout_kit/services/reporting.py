"""Reporting: a day's checkouts, read page by page and added up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta, timezone

from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.day_books import DayBooks
from checkout_kit.domain.report import DayReport
from checkout_kit.services.basis import Basis
from checkout_kit.services.ports import UnitOfWork

_PAGE = 250


class Reporting:
    """Adds up what a store took in; asks no provider and writes nothing."""

    def __init__(self, basis: Basis) -> None:
        self._units = basis.units
        self._clock = basis.clock
        self._store_id = basis.policy.store_id

    def report_day(self, day: date) -> DayReport:
        """Report on the checkouts made from 00:00 to 24:00 UTC of a day.

        Deposits that fitted no invoice are those first seen on that day.
        """
        since = datetime.combine(day, time(), timezone.utc)
        until = since + timedelta(days=1)
        now = self._clock.now()
        books = DayBooks()
        with self._units.read() as unit:
            for page in self._pages(unit, since, until, now):
                orders = unit.settlements.of_checkouts([c.id for c in page])
                for checkout in page:
                    books.add(checkout, orders.get(checkout.id, ()))
            unmatched = unit.inbox.unmatched_between(self._store_id, since, until)
        return books.report(day, at=now, is_over=now >= until, unmatched=unmatched)

    def _pages(
        self, unit: UnitOfWork, since: datetime, until: datetime, now: datetime
    ) -> Iterator[Sequence[Checkout]]:
        after: tuple[datetime, str] | None = None
        while True:
            page = unit.checkouts.list_created(
                self._store_id, since, until, now, after=after, limit=_PAGE
            )
            if page:
                yield page
            if len(page) < _PAGE:
                return
            after = (page[-1].created_at, page[-1].id)
