"""The market: the newest prices heard, each with its time; safe for many threads."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction

from checkout_kit import Currency, Rate
from checkout_kit_quoine_exchange.rates.channels import Channel, code_of
from checkout_kit_quoine_exchange.rates.payloads import Observation


@dataclass(frozen=True, slots=True)
class _Price:
    value: Fraction
    at: datetime


@dataclass(frozen=True, slots=True)
class _Book:
    """What one kind of channel said of one pair."""

    source: str
    bid: _Price | None = None
    ask: _Price | None = None


class Market:
    """Keeps prices by pair and kind of channel, and makes rates of fresh ones.

    Bid and ask of a rate are of the same kind of channel: two channels are never mixed,
    as they may be of different moments.

    :param max_age: how old a price may be to be used.
    """

    def __init__(self, pairs: Mapping[str, int], max_age: timedelta) -> None:
        self._pairs = tuple(pairs)
        self._max_age = max_age
        self._changed = threading.Condition()
        self._books: dict[tuple[str, str], _Book] = {}
        self._last: dict[str, _Price] = {}

    def take(
        self, channel: Channel, heard: Sequence[Observation], at: datetime
    ) -> None:
        """Take in what a message said."""
        with self._changed:
            for each in heard:
                if each.last is not None:
                    self._last[each.pair] = _Price(each.last, at)
                key = (each.pair, channel.kind)
                book = self._books.get(key) or _Book(_source(channel, each.pair))
                if each.bid is not None:
                    book = replace(book, bid=_Price(each.bid, at))
                if each.ask is not None:
                    book = replace(book, ask=_Price(each.ask, at))
                if book.bid or book.ask:
                    self._books[key] = book
            self._changed.notify_all()

    def rates(self, now: datetime) -> list[Rate]:
        """Make the rates of all pairs whose bid and ask are fresh."""
        with self._changed:
            return self._rates(now)

    def wait_for_all(self, now: datetime, seconds: float) -> bool:
        """Wait until every pair has a fresh rate, or for so many seconds.

        :param now: by which freshness is told while it waits.
        :return: whether all have one.
        """
        deadline = time.monotonic() + seconds
        with self._changed:
            while len(self._rates(now)) < len(self._pairs):
                left = deadline - time.monotonic()
                if left <= 0:
                    return False
                self._changed.wait(left)
        return True

    def _rates(self, now: datetime) -> list[Rate]:
        found = [self._rate(pair, now) for pair in self._pairs]
        return [rate for rate in found if rate is not None]

    def _rate(self, pair: str, now: datetime) -> Rate | None:
        """The newest rate of a pair that is fresh."""
        newest: Rate | None = None
        for (of, _), book in self._books.items():
            if of != pair or book.bid is None or book.ask is None:
                continue
            heard_at = min(book.bid.at, book.ask.at)
            if now - heard_at >= self._max_age or book.bid.value > book.ask.value:
                continue
            if newest is None or heard_at > newest.observed_at:
                newest = self._to_rate(pair, book.bid, book.ask, heard_at, book.source)
        last = self._last.get(pair)
        if newest is None or last is None or now - last.at >= self._max_age:
            return newest
        return replace(newest, last=last.value)

    def _to_rate(
        self, pair: str, bid: _Price, ask: _Price, heard_at: datetime, source: str
    ) -> Rate:
        base, counter = (Currency.parse(code) for code in pair.split("/"))
        return Rate(
            base=base,
            counter=counter,
            bid=bid.value,
            ask=ask.value,
            observed_at=heard_at,
            expires_at=heard_at + self._max_age,
            source=source,
        )


def _source(channel: Channel, pair: str) -> str:
    if channel.kind == "price_ladders":
        return f"price_ladders_cash_{code_of(pair).lower()}"
    return channel.name
