"""Rates: what a market pays and asks for an asset, as a plugin observed it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from checkout_kit.domain.charge import check_text
from checkout_kit.domain.currency import Currency
from checkout_kit.errors import AmountError, CurrencyError, InputError


@dataclass(frozen=True, slots=True)
class Rate:
    """How much of ``counter`` the market gives and wants for one ``base``.

    ``bid`` is what a seller of ``base`` gets, ``ask`` what a buyer pays; both are exact
    and a bid is never above its ask. ``last`` is the price of the newest trade, if it
    is known. ``observed_at`` is when ``bid`` and ``ask`` were heard; from
    ``expires_at`` on the plugin does not vouch for them any more, and nobody may use
    them. ``source`` tells operators where they come from.
    """

    base: Currency
    counter: Currency
    bid: Fraction
    ask: Fraction
    observed_at: datetime
    expires_at: datetime
    source: str
    last: Fraction | None = None

    def __post_init__(self) -> None:
        if self.base == self.counter:
            raise CurrencyError("rate.counter", "is the same as the base")
        for name in ("bid", "ask", "last"):
            price = getattr(self, name)
            if name == "last" and price is None:
                continue
            if not isinstance(price, Fraction) or price <= 0:
                raise AmountError(f"rate.{name}", "must be a Fraction above zero")
        if self.bid > self.ask:
            raise AmountError("rate.bid", "is above the ask")
        for name in ("observed_at", "expires_at"):
            if getattr(self, name).tzinfo is None:
                raise InputError(f"rate.{name}", "must have a time zone")
        check_text("rate.source", self.source, maximum=200)

    @property
    def pair(self) -> str:
        """The pair's name for people, such as ``BTC/USD``."""
        return f"{self.base.code}/{self.counter.code}"

    def is_stale(self, now: datetime) -> bool:
        """Whether it is too old to be used."""
        return now >= self.expires_at

    def age(self, now: datetime) -> timedelta:
        """How long ago it was observed."""
        return now - self.observed_at
