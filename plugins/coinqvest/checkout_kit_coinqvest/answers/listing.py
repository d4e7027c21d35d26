"""Answers of lists: what is in one whatever it lists."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BrokenItem:
    """A listed item that could not be read; the rest of the list still counts."""

    problem: str
    id: str | None = None
    checkout_id: str | None = None
