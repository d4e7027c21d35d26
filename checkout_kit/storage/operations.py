"""Operation steps as they are kept: what a plugin did, so that a crash repeats none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update

from checkout_kit.storage import tables
from checkout_kit.storage.claims import insert_new

_STEP = tables.operation_step
#: What a reservation is kept under: an operation of its own, with this one step.
_RESERVED = "reserved:"
_HOLDER = "holder"


class OperationStore:
    """Reads and writes the steps of operations."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def recall(self, key: str, step: str) -> Mapping[str, Any] | None:
        """What was recorded for a step, or None."""
        row = self._connection.execute(
            select(_STEP.c.data).where((_STEP.c.key == key) & (_STEP.c.step == step))
        ).first()
        return row[0] if row else None

    def record(
        self, key: str, step: str, data: Mapping[str, Any], now: datetime
    ) -> None:
        """Write a step down; a step recorded before takes the new data."""
        values = {"data": dict(data), "recorded_at": now}
        # Two attempts may be at the same step, if the claim of one ran out.
        if not insert_new(
            self._connection, _STEP, {"key": key, "step": step, **values}
        ):
            self._connection.execute(
                update(_STEP)
                .where((_STEP.c.key == key) & (_STEP.c.step == step))
                .values(**values)
            )

    def reserve(self, subject: str, key: str, now: datetime) -> str:
        """Take a subject for an operation, unless another one has it.

        :return: the key of the operation that has it now.
        """
        row = {"key": f"{_RESERVED}{subject}", "step": _HOLDER}
        while not insert_new(
            self._connection, _STEP, {**row, "data": {"key": key}, "recorded_at": now}
        ):
            found = self.recall(row["key"], _HOLDER)
            # None: it was let go between the two statements.
            if found is not None:
                return str(found["key"])
        return key

    def release(self, subject: str, key: str) -> None:
        """Let a subject go, if this operation has it."""
        name = f"{_RESERVED}{subject}"
        found = self.recall(name, _HOLDER)
        # Nobody but its holder lets go, so that it can't change hands in between.
        if found is not None and found["key"] == key:
            self._connection.execute(
                delete(_STEP).where((_STEP.c.key == name) & (_STEP.c.step == _HOLDER))
            )

    def reservations(self) -> Sequence[tuple[str, str, datetime]]:
        """Each subject that is taken, the operation that has it, and since when."""
        rows = self._connection.execute(
            select(_STEP.c.key, _STEP.c.data, _STEP.c.recorded_at)
            .where(_STEP.c.key.startswith(_RESERVED, autoescape=True))
            .where(_STEP.c.step == _HOLDER)
            .order_by(_STEP.c.recorded_at, _STEP.c.key)
        )
        return [
            (key.removeprefix(_RESERVED), str(data["key"]), since)
            for key, data, since in rows
        ]
