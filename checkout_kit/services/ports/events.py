"""Rows of the event log, in a transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from checkout_kit.domain.delivery import Subscription
from checkout_kit.domain.event import Event, EventEntry

# What each method does is told where it is done, in ``checkout_kit/storage``.


class EventRows(Protocol):
    """The event log in a transaction."""

    def append_all(self, entries: Sequence[EventEntry]) -> None: ...
    def is_due(self, checkout_id: str, now: datetime) -> bool: ...
    def known_keys(self, once_keys: Iterable[str]) -> set[str]: ...
    def of_checkout(self, store_id: str, checkout_id: str) -> Sequence[Event]: ...
    def undispatched(
        self, *, limit: int, checkout_id: str | None = None
    ) -> Sequence[Event]: ...
    def dispatch(
        self, subscriptions: Mapping[int, Sequence[Subscription]], now: datetime
    ) -> None: ...
    def page(
        self,
        store_id: str,
        *,
        after: int | None,
        limit: int,
        type: str | None = None,
        newest_first: bool = False,
    ) -> Sequence[Event]: ...
    def count(self, store_id: str) -> int: ...
    def find(self, store_id: str, event_id: str) -> Event | None: ...
