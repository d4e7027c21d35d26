"""Operations whose steps are kept in the database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from checkout_kit.domain.provider import Clock
from checkout_kit.services.ports import UnitOfWork, UnitOfWorkFactory


class StoredOperation:
    """One operation of a plugin; each recorded step is committed at once.

    :param guard: called before anything is written; raises if this attempt may not
        write any more, because another one has taken its place.
    """

    def __init__(
        self,
        key: str,
        units: UnitOfWorkFactory,
        clock: Clock,
        guard: Callable[[UnitOfWork], None] | None = None,
    ) -> None:
        self._key = key
        self._units = units
        self._clock = clock
        self._guard = guard

    @property
    def key(self) -> str:
        """The idempotency key."""
        return self._key

    def recall(self, step: str) -> Mapping[str, Any] | None:
        """What an earlier attempt recorded for this step, or None."""
        with self._units.read() as unit:
            return unit.operations.recall(self._key, step)

    def record(self, step: str, data: Mapping[str, Any]) -> None:
        """Write a step down; committed before this returns."""
        with self._units.write() as unit:
            self._check(unit)
            unit.operations.record(self._key, step, data, self._clock.now())
            unit.commit()

    def reserve(self, subject: str) -> str | None:
        """Take something for this operation alone; committed before this returns."""
        with self._units.write() as unit:
            self._check(unit)
            holder = unit.operations.reserve(subject, self._key, self._clock.now())
            unit.commit()
        return None if holder == self._key else holder

    def release(self, subject: str) -> None:
        """Let a subject go; committed before this returns."""
        with self._units.write() as unit:
            unit.operations.release(subject, self._key)
            unit.commit()

    def _check(self, unit: UnitOfWork) -> None:
        if self._guard is not None:
            self._guard(unit)
