"""Tables of records in memory: found by id, listed oldest first, never without end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar

from .errors import not_found, refused

_LIMIT = 5_000


class _Record(Protocol):
    id: str


R = TypeVar("R", bound=_Record)


class Table(Generic[R]):
    """The records of one kind. Whoever calls a method holds the books' lock."""

    def __init__(self, limit: int = _LIMIT) -> None:
        self._limit = limit
        self._records: dict[str, R] = {}

    def add(self, record: R) -> R:
        """Keep a record.

        :raises ApiError: when the simulator is full.
        """
        if len(self._records) >= self._limit:
            raise refused(507, "The simulator is full: start it anew.")
        self._records[record.id] = record
        return record

    def find(self, record_id: str | None) -> R | None:
        """Return the record of an id, if there is one."""
        return self._records.get((record_id or "").lower())

    def get(self, record_id: str | None) -> R:
        """Return the record of an id.

        :raises ApiError: when there is none.
        """
        found = self.find(record_id)
        if found is None:
            raise not_found()
        return found

    def remove(self, record: R) -> None:
        """Forget a record."""
        self._records.pop(record.id, None)

    def __iter__(self) -> Iterator[R]:
        return iter(list(self._records.values()))

    def __len__(self) -> int:
        return len(self._records)
