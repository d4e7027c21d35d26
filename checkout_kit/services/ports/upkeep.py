"""Rows that the kit keeps about itself, in a transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

# What each method does is told where it is done, in ``checkout_kit/storage``.


class HealthRows(Protocol):
    """The kit's own health in a transaction."""

    def note_breaker(
        self, provider: str, *, is_open: bool, problem: str | None, now: datetime
    ) -> None: ...
    def breakers(self) -> Sequence[tuple[str, bool, datetime, str | None]]: ...
    def hold_lease(self, name: str, token: str, *, seconds: int) -> bool: ...
    def installation_id(self, now: datetime) -> str: ...
