"""Rows of payment links, in a transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from checkout_kit.domain.payment_link import PaymentLink

# What each method does is told where it is done, in ``checkout_kit/storage``.


class LinkRows(Protocol):
    """Payment links in a transaction."""

    def add(self, link: PaymentLink) -> None: ...
    def save_closed(self, link: PaymentLink) -> None: ...
    def get(self, store_id: str, link_id: str) -> PaymentLink | None: ...
    def lock(self, store_id: str, link_id: str) -> PaymentLink | None: ...
    def find_by_token(self, token: str) -> PaymentLink | None: ...
    def list(
        self, store_id: str, *, limit: int, offset: int
    ) -> Sequence[PaymentLink]: ...
    def count(
        self, link_ids: Sequence[str], now: datetime, *, settled_before: datetime
    ) -> Mapping[str, tuple[int, int]]: ...
