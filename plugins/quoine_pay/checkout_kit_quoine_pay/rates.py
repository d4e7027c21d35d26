"""Rates: what a bitcoin costs at Quoine, read off invoices, for the API has none."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from checkout_kit import Clock, Currency, Money, ProviderBusy
from checkout_kit_quoine_pay.answers import InvoiceAnswer
from checkout_kit_quoine_pay.client import QuoinePayClient
from checkout_kit_quoine_pay.config import QuoinePaySettings

#: What the invoices are named that were made to hear a price, and shown to nobody.
PRICE_REQUEST_NAME = "Price request, not to be paid"
PRICE_REQUEST_DATA = "checkout-kit:price-request"

# By so much the API's clock may be ahead of ours.
_AHEAD = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Rate:
    """How many bitcoin one unit of a currency cost, and when."""

    currency: str
    bitcoin: Fraction
    at: datetime

    @classmethod
    def from_invoice(cls, answer: InvoiceAnswer) -> Rate | None:
        """Read the rate that an invoice was made at."""
        if not answer.price or not answer.btc_price:
            return None
        bitcoin = Fraction(answer.btc_price) / Fraction(answer.price)
        return cls(answer.currency.upper(), bitcoin, answer.created_at)


class RateFinder:
    """Finds the newest rate that an invoice of the account shows.

    What is known is kept behind a lock, and one thread at a time asks.
    """

    def __init__(
        self, client: QuoinePayClient, settings: QuoinePaySettings, clock: Clock
    ) -> None:
        self._client = client
        self._settings = settings
        self._clock = clock
        self._lock = threading.Lock()
        self._asking = threading.Lock()
        self._newest: Rate | None = None

    def find(self, amount_due: Money) -> Rate | None:
        """Return a rate that is not too old; None if there is no honest one.

        In turn: what is known already, both ends of GET /invoices, and, if the settings
        allow it, an invoice over the amount due that nobody is shown.

        :raises ProviderError: if the provider can't be asked.
        """
        rate = self._known(amount_due.currency)
        if rate is not None:
            return rate
        if not self._asking.acquire(timeout=self._settings.total_timeout):
            raise ProviderBusy(self._client.provider, "a price is being asked for")
        try:
            return self._known(amount_due.currency) or self._ask(amount_due)
        finally:
            self._asking.release()

    def learn(self, answers: Iterable[InvoiceAnswer]) -> None:
        """Take over the newest rate that some invoices show."""
        rates = [rate for rate in map(Rate.from_invoice, answers) if rate]
        with self._lock:
            known = [self._newest] if self._newest else []
            usable = [r for r in (*rates, *known) if self._age(r) >= -_AHEAD]
            self._newest = max(usable, key=lambda rate: rate.at, default=None)

    def _ask(self, amount_due: Money) -> Rate | None:
        # The order is not documented: the newest may be on the first or the last page.
        page = self._client.list_invoices()
        self._learn_of(page.invoices, amount_due.currency)
        if self._known(amount_due.currency) is None and page.total_pages > 1:
            page = self._client.list_invoices(page.total_pages)
            self._learn_of(page.invoices, amount_due.currency)
        rate = self._known(amount_due.currency)
        if rate is None and self._settings.price_requests:
            made = self._client.create_invoice(
                amount_due, name=PRICE_REQUEST_NAME, data=PRICE_REQUEST_DATA
            )
            if made.price == Decimal(amount_due.amount):
                self._learn_of([made], amount_due.currency)
            rate = self._known(amount_due.currency)
        return rate

    def _learn_of(self, answers: Iterable[InvoiceAnswer], currency: Currency) -> None:
        self.learn(a for a in answers if a.currency.upper() == currency.code)

    def _known(self, currency: Currency) -> Rate | None:
        with self._lock:
            rate = self._newest
        if rate is None or rate.currency != currency.code:
            return None
        return rate if self._age(rate) <= self._settings.rate_age else None

    def _age(self, rate: Rate) -> timedelta:
        return self._clock.now() - rate.at
