"""Operations: the memory that lets a plugin of several steps survive a crash."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class Operation(Protocol):
    """One thing that a plugin is asked to do, the same at every attempt."""

    @property
    def key(self) -> str:
        """The idempotency key: the same at every attempt, unique among operations."""

    def recall(self, step: str) -> Mapping[str, Any] | None:
        """What an earlier attempt recorded for this step, or None."""

    def record(self, step: str, data: Mapping[str, Any]) -> None:
        """Write down what a step did; committed before this returns.

        A step recorded before keeps its place but takes the new data. JSON values only.
        """
