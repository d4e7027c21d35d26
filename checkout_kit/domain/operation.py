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

    def reserve(self, subject: str) -> str | None:
        """Take something for this operation alone, such as an account; committed.

        It stays taken until :meth:`release`, through crashes and in every process, so
        that nobody else changes what this operation may have to look at again. Taking
        it twice is harmless.

        :param subject: its name, the same for everybody who means the same thing.
        :return: None if it is ours, else the key of the operation that has it.
        """

    def release(self, subject: str) -> None:
        """Let a subject go that this operation has taken; harmless if it has not."""
