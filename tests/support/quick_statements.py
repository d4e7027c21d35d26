"""Quick statements: SQL is compiled once for all engines of a kind, not once for each.

Most tests make an engine of their own, and each compiles the kit's statements anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

# More than the kit has statements, in all their shapes.
_CAPACITY = 5000


@contextmanager
def statements_compiled_once() -> Iterator[None]:
    """Share compiled statements between engines, for as long as this is open."""
    kept: LRUCache[Any, Any] = LRUCache(_CAPACITY)
    shared = property(lambda engine: kept, lambda engine, own: None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Engine, "_compiled_cache", shared, raising=False)
        # What is compiled is kept by its statement and its dialect.
        patch.setattr(DefaultDialect, "__hash__", lambda self: hash(_kind(self)))
        patch.setattr(
            DefaultDialect,
            "__eq__",
            lambda self, other: (
                isinstance(other, DefaultDialect) and _kind(self) == _kind(other)
            ),
        )
        yield


def _kind(dialect: DefaultDialect) -> tuple[Any, ...]:
    """What decides how a dialect compiles; all of a kind have the same server here."""
    return (type(dialect), dialect.paramstyle)
