"""Rows of settlement orders and operations, in a transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from checkout_kit.domain.settlement import SettlementOrder

# What each method does is told where it is done, in ``checkout_kit/storage``.


class SettlementRows(Protocol):
    """Settlement orders in a transaction."""

    def add(
        self,
        store_id: str,
        checkout_id: str,
        order: SettlementOrder,
        *,
        next_attempt_at: datetime,
    ) -> None: ...
    def of_checkout(self, checkout_id: str) -> Sequence[SettlementOrder]: ...
    def of_checkouts(
        self, checkout_ids: Sequence[str]
    ) -> Mapping[str, Sequence[SettlementOrder]]: ...
    def claim_due(
        self, now: datetime, *, limit: int, seconds: int
    ) -> Sequence[SettlementOrder]: ...
    def start(self, order: SettlementOrder) -> bool: ...
    def save(
        self, order: SettlementOrder, *, next_attempt_at: datetime | None
    ) -> None: ...
    def stop_unsent(self, checkout_id: str) -> int: ...


class OperationRows(Protocol):
    """Operation steps in a transaction."""

    def recall(self, key: str, step: str) -> Mapping[str, Any] | None: ...
    def record(
        self, key: str, step: str, data: Mapping[str, Any], now: datetime
    ) -> None: ...
    def reserve(self, subject: str, key: str, now: datetime) -> str: ...
    def release(self, subject: str, key: str) -> None: ...
    def reservations(self) -> Sequence[tuple[str, str, datetime]]: ...
