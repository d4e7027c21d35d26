"""Listings: many items, of which an odd one hides no other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

ItemT = TypeVar("ItemT")


@dataclass(frozen=True, slots=True)
class BrokenItem:
    """A listed item that could not be read; the rest of the list still counts."""

    problem: str
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Listing(Generic[ItemT]):
    """The answer of a listing endpoint.

    ``is_complete`` False means that the API has more pages than were read.
    """

    items: tuple[ItemT, ...]
    broken: tuple[BrokenItem, ...] = ()
    is_complete: bool = True

    def __iter__(self) -> Iterator[ItemT]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)
