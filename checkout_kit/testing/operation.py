"""An operation for tests of a plugin, kept in memory instead of a database."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any


class MemoryOperation:
    """An operation whose steps live as long as the test; JSON values only.

    :param reservations: what is reserved, subject → key; operations that are to get in
        each other's way share one.
    """

    def __init__(
        self,
        key: str = "invoice:1",
        reservations: MutableMapping[str, str] | None = None,
    ) -> None:
        self.key = key
        self.steps: dict[str, Mapping[str, Any]] = {}
        #: Everything that was recorded, in order.
        self.history: list[tuple[str, Mapping[str, Any]]] = []
        self.reservations = {} if reservations is None else reservations
        #: Called before a step is recorded; raises to cut the course there.
        self.before: Callable[[str, Mapping[str, Any]], object] | None = None

    def recall(self, step: str) -> Mapping[str, Any] | None:
        """Give back what was recorded."""
        return self.steps.get(step)

    def record(self, step: str, data: Mapping[str, Any]) -> None:
        """Keep it, as a database would."""
        if self.before is not None:
            self.before(step, data)
        self.steps[step] = json.loads(json.dumps(data))
        self.history.append((step, self.steps[step]))

    def reserve(self, subject: str) -> str | None:
        """Take a subject, unless another operation has it."""
        holder = self.reservations.setdefault(subject, self.key)
        return None if holder == self.key else holder

    def release(self, subject: str) -> None:
        """Let a subject go."""
        if self.reservations.get(subject) == self.key:
            del self.reservations[subject]
