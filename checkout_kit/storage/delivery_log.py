"""The delivery log: each attempt to send something, kept for a while."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, exists, insert, or_, select

from checkout_kit.domain.delivery import DeliveryAttempt, DeliveryStatus, SendResult
from checkout_kit.storage import tables

_EVENT = tables.event
_DELIVERY = tables.delivery
_ATTEMPT = tables.delivery_attempt
_MAX_TEXT = 500

_NOTE = insert(_ATTEMPT)
_OLD_AND_DONE = (_DELIVERY.c.status == DeliveryStatus.DELIVERED.value) & (
    _DELIVERY.c.started_at < bindparam("before")
)
_HAS_OLD = select(
    or_(
        exists().where(_ATTEMPT.c.attempted_at < bindparam("before")),
        exists().where(_OLD_AND_DONE),
    )
)


class DeliveryLogStore:
    """Writes, reads and prunes the log of attempts."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(self, sequence: int, attempt: DeliveryAttempt) -> None:
        """Write an attempt down; texts are cut."""
        self._connection.execute(
            _NOTE,
            {
                "event_sequence": sequence,
                "subscriber": attempt.subscriber,
                "attempted_at": attempt.attempted_at,
                "milliseconds": attempt.milliseconds,
                "result": attempt.result.value,
                "status": attempt.status,
                "problem": attempt.problem[:_MAX_TEXT],
                "answer": attempt.answer[:_MAX_TEXT],
            },
        )

    def of_event(self, sequence: int) -> Sequence[DeliveryAttempt]:
        """The attempts at an event's deliveries, oldest first."""
        rows = self._connection.execute(
            select(_ATTEMPT, _EVENT.c.id.label("event_id"))
            .join(_EVENT, _EVENT.c.sequence == _ATTEMPT.c.event_sequence)
            .where(_ATTEMPT.c.event_sequence == sequence)
            .order_by(_ATTEMPT.c.id)
        )
        return [
            DeliveryAttempt(
                event_id=row.event_id,
                subscriber=row.subscriber,
                attempted_at=row.attempted_at,
                milliseconds=row.milliseconds,
                result=SendResult(row.result),
                status=row.status,
                problem=row.problem,
                answer=row.answer,
            )
            for row in rows
        ]

    def has_old(self, before: datetime) -> bool:
        """Whether there is something to forget from before a moment."""
        return bool(self._connection.execute(_HAS_OLD, {"before": before}).scalar_one())

    def forget_old(self, before: datetime, *, limit: int) -> int:
        """Forget attempts, and deliveries that were done, from before a moment.

        What was given up stays until somebody looked at it. The events stay.
        """
        attempts = (
            select(_ATTEMPT.c.id)
            .where(_ATTEMPT.c.attempted_at < before)
            .order_by(_ATTEMPT.c.attempted_at)
            .limit(limit)
        )
        forgotten = self._connection.execute(
            delete(_ATTEMPT).where(_ATTEMPT.c.id.in_(attempts))
        ).rowcount
        done = (
            select(_DELIVERY.c.event_sequence)
            .where(_OLD_AND_DONE)
            .order_by(_DELIVERY.c.started_at)
            .limit(limit)
        )
        return (
            forgotten
            + self._connection.execute(
                delete(_DELIVERY).where(
                    _DELIVERY.c.event_sequence.in_(done) & _OLD_AND_DONE
                ),
                {"before": before},
            ).rowcount
        )
