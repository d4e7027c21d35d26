"""A crash: the process ends at a chosen step of an operation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


class Crash(BaseException):
    """The process ends here; no ``except Exception`` of the product catches it."""


def crash_at(number: int) -> Callable[[str, Mapping[str, Any]], None]:
    """For ``MemoryOperation.before``: end the process before the n-th record."""
    left = number

    def before(step: str, data: Mapping[str, Any]) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise Crash

    return before
