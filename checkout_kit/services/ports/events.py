"""Rows of the event log and its deliveries, in a transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from checkout_kit.domain.event import Event, EventEntry

# What each method does is told where it is done, in ``checkout_kit/storage``.


class EventRows(Protocol):
    """The event log and its deliveries in a transaction."""

    def append_all(self, entries: Sequence[EventEntry]) -> None: ...
    def is_due(self, checkout_id: str, now: datetime) -> bool: ...
    def known_keys(self, once_keys: Iterable[str]) -> set[str]: ...
    def of_checkout(self, store_id: str, checkout_id: str) -> Sequence[Event]: ...
    def undispatched(
        self, *, limit: int, checkout_id: str | None = None
    ) -> Sequence[Event]: ...
    def dispatch(
        self, subscribers: Mapping[int, Sequence[str]], now: datetime
    ) -> None: ...
    def claim_deliveries(
        self,
        now: datetime,
        *,
        limit: int,
        seconds: int,
        checkout_id: str | None = None,
    ) -> Sequence[tuple[Event, str, int]]: ...
    def take_delivery(self, sequence: int, subscriber: str) -> bool: ...
    def postpone_delivery(
        self,
        sequence: int,
        subscriber: str,
        *,
        problem: str,
        next_attempt_at: datetime | None,
    ) -> None: ...
