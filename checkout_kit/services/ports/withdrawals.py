"""Rows of withdrawals, in a transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from checkout_kit.domain.withdrawal_order import WithdrawalOrder

# What each method does is told where it is done, in ``checkout_kit/storage``.


class WithdrawalRows(Protocol):
    """Withdrawals in a transaction."""

    def add(
        self, order: WithdrawalOrder, *, idempotency_key: str | None, fingerprint: str
    ) -> bool: ...
    def find_key(
        self, store_id: str, idempotency_key: str
    ) -> tuple[str, str] | None: ...
    def get(self, store_id: str, withdrawal_id: str) -> WithdrawalOrder | None: ...
    def lock(self, withdrawal_id: str) -> WithdrawalOrder | None: ...
    def list(
        self, store_id: str, *, limit: int, offset: int
    ) -> Sequence[WithdrawalOrder]: ...
    def count(self, store_id: str) -> int: ...
    def stuck(self, store_id: str, *, limit: int) -> Sequence[WithdrawalOrder]: ...
    def claim_due(
        self, now: datetime, *, limit: int, seconds: int
    ) -> Sequence[WithdrawalOrder]: ...
    def expired(self, now: datetime, *, limit: int) -> Sequence[str]: ...
    def save(
        self, order: WithdrawalOrder, *, next_attempt_at: datetime | None
    ) -> None: ...
    def is_newest_attempt(self, withdrawal_id: str, attempts: int) -> bool: ...
