"""Rows of checkouts and their quotes, in a transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.currency import Currency
from checkout_kit.domain.money import Money
from checkout_kit.domain.quote import Quote
from checkout_kit.domain.states import CheckoutState

# What each method does is told where it is done, in ``checkout_kit/storage``.


class CheckoutRows(Protocol):
    """Checkouts in a transaction."""

    def add(
        self,
        checkout: Checkout,
        *,
        idempotency_key: str | None,
        fingerprint: str | None,
    ) -> bool: ...
    def get(
        self, store_id: str, checkout_id: str, now: datetime
    ) -> Checkout | None: ...
    def find_by_token(self, token: str, now: datetime) -> Checkout | None: ...
    def find_by_id(self, checkout_id: str, now: datetime) -> Checkout | None: ...
    def webhook_urls(self, ids: Sequence[str]) -> Mapping[str, str]: ...
    def find_all(self, ids: Iterable[str], now: datetime) -> Sequence[Checkout]: ...
    def lock(self, checkout_id: str, now: datetime) -> Checkout | None: ...
    def lock_all(self, ids: Iterable[str], now: datetime) -> Sequence[Checkout]: ...
    def find_key(
        self, store_id: str, idempotency_key: str
    ) -> tuple[str, str] | None: ...
    def list(
        self, store_id: str, now: datetime, *, limit: int, offset: int
    ) -> Sequence[Checkout]: ...
    def list_created(
        self,
        store_id: str,
        since: datetime,
        until: datetime,
        now: datetime,
        *,
        after: tuple[datetime, str] | None,
        limit: int,
    ) -> Sequence[Checkout]: ...
    def count(self, store_id: str) -> int: ...
    def announced(
        self, checkout_ids: Iterable[str]
    ) -> Mapping[str, tuple[CheckoutState, bool]]: ...
    def save_marks(self, checkout: Checkout) -> None: ...
    def save_announced(
        self, announced: Sequence[tuple[Checkout, datetime | None]]
    ) -> None: ...
    def due_for_change(self, now: datetime, *, limit: int) -> Sequence[str]: ...


class CampaignRows(Protocol):
    """What campaigns have collected, in a transaction."""

    def collected(self, store_id: str, campaign: str, currency: Currency) -> Money: ...


class QuoteRows(Protocol):
    """Quotes in a transaction."""

    def replace(
        self, store_id: str, checkout_id: str, provider: str, quotes: Sequence[Quote]
    ) -> None: ...
    def remove(self, checkout_id: str, provider: str) -> None: ...
    def live(
        self, checkout_id: str, amount_due: Money, now: datetime
    ) -> Sequence[Quote]: ...
