"""A quick disk: nothing is forced to it, for only a power cut would lose it."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from checkout_kit.storage import engine


@contextmanager
def nothing_forced_to_disk() -> Iterator[None]:
    """Let SQLite's commits of this process be quick, for as long as this is open."""
    set_up = engine._set_up_sqlite

    @functools.wraps(set_up)
    def set_up_quickly(connection: Any, record: Any) -> None:
        set_up(connection, record)
        connection.execute("PRAGMA synchronous = OFF")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "_set_up_sqlite", set_up_quickly)
        yield
