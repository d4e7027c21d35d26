"""The event log, and one delivery row for each subscriber of each event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    bindparam,
    exists,
    insert,
    or_,
    select,
    update,
)

from checkout_kit.domain.event import Event, EventEntry
from checkout_kit.storage import tables
from checkout_kit.storage.claims import claim_rows

_EVENT = tables.event
_DELIVERY = tables.delivery

PENDING, DELIVERED, DEAD = "PENDING", "DELIVERED", "DEAD"

# Built once: building a statement takes longer than running it.
_APPEND = insert(_EVENT)
_BY_ONCE_KEY = select(_EVENT.c.once_key).where(
    _EVENT.c.once_key.in_(bindparam("wanted", expanding=True))
)
_DISPATCH = (
    update(_EVENT)
    .where(
        _EVENT.c.sequence.in_(bindparam("wanted", expanding=True))
        & _EVENT.c.is_dispatched.is_(False)
    )
    .values(is_dispatched=True)
    .returning(_EVENT.c.sequence)
)
_ADD_DELIVERIES = insert(_DELIVERY)
_BY_SEQUENCE = select(_EVENT).where(
    _EVENT.c.sequence.in_(bindparam("wanted", expanding=True))
)
_ATTEMPTS = select(
    _DELIVERY.c.event_sequence, _DELIVERY.c.subscriber, _DELIVERY.c.attempts
).where(_DELIVERY.c.event_sequence.in_(bindparam("wanted", expanding=True)))
_TAKE_DELIVERY = (
    update(_DELIVERY)
    .where(
        (_DELIVERY.c.event_sequence == bindparam("wanted"))
        & (_DELIVERY.c.subscriber == bindparam("by"))
        & (_DELIVERY.c.status == PENDING)
    )
    .values(
        status=DELIVERED,
        attempts=_DELIVERY.c.attempts + 1,
        next_attempt_at=None,
        problem=None,
        claim_until=0,
    )
)
_OF_CHECKOUT = _EVENT.c.checkout_id == bindparam("wanted")
_IS_DUE = select(
    or_(
        exists().where(_OF_CHECKOUT & _EVENT.c.is_dispatched.is_(False)),
        exists().where(
            _OF_CHECKOUT
            & (_DELIVERY.c.event_sequence == _EVENT.c.sequence)
            & (_DELIVERY.c.next_attempt_at <= bindparam("now"))
        ),
    )
)


class EventStore:
    """Appends to the event log and reads it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def append(
        self,
        *,
        event_id: str,
        store_id: str,
        checkout_id: str | None,
        type: str,
        created_at: datetime,
        data: Mapping[str, Any],
        once_key: str | None,
    ) -> None:
        """Write an event in the transaction of the change that it tells of."""
        self.append_all(
            [
                EventEntry(
                    event_id=event_id,
                    store_id=store_id,
                    checkout_id=checkout_id,
                    type=type,
                    created_at=created_at,
                    data=data,
                    once_key=once_key,
                )
            ]
        )

    def append_all(self, entries: Sequence[EventEntry]) -> None:
        """Write events in the transaction of the changes that they tell of."""
        if entries:
            rows = [_to_row(entry) for entry in entries]
            self._connection.execute(_APPEND, rows if len(rows) > 1 else rows[0])

    def is_due(self, checkout_id: str, now: datetime) -> bool:
        """Whether an event of a checkout waits for its subscribers."""
        wanted = {"wanted": checkout_id, "now": now}
        return bool(self._connection.execute(_IS_DUE, wanted).scalar_one())

    def known_keys(self, once_keys: Iterable[str]) -> set[str]:
        """Which events that may come only once have been written."""
        rows = self._connection.execute(_BY_ONCE_KEY, {"wanted": sorted(once_keys)})
        return {row.once_key for row in rows}

    def of_checkout(self, store_id: str, checkout_id: str) -> Sequence[Event]:
        """The events of one checkout, oldest first."""
        return self._read(
            (_EVENT.c.store_id == store_id) & (_EVENT.c.checkout_id == checkout_id)
        )

    def undispatched(
        self, *, limit: int, checkout_id: str | None = None
    ) -> Sequence[Event]:
        """Events that were not handed to their subscribers yet, oldest first."""
        where: ColumnElement[bool] = _EVENT.c.is_dispatched.is_(False)
        if checkout_id is not None:
            where &= _EVENT.c.checkout_id == checkout_id
        return self._read(where, limit=limit, lock=True)

    def dispatch(self, subscribers: Mapping[int, Sequence[str]], now: datetime) -> None:
        """Write one delivery for each subscriber of events, only once for each event.

        :param subscribers: by the event's sequence.
        """
        if not subscribers:
            return
        taken = self._connection.execute(_DISPATCH, {"wanted": [*subscribers]})
        rows = [
            {
                "event_sequence": sequence,
                "subscriber": subscriber,
                "status": PENDING,
                "next_attempt_at": now,
            }
            for sequence in sorted(taken.scalars())
            for subscriber in subscribers[sequence]
        ]
        if rows:
            self._connection.execute(_ADD_DELIVERIES, rows)

    def claim_deliveries(
        self,
        now: datetime,
        *,
        limit: int,
        seconds: int,
        checkout_id: str | None = None,
    ) -> list[tuple[Event, str, int]]:
        """Take due deliveries.

        :return: the event, the subscriber and the attempts so far, oldest event first.
        """
        due = _DELIVERY.c.next_attempt_at.is_not(None) & (
            _DELIVERY.c.next_attempt_at <= now
        )
        if checkout_id is not None:
            due &= _DELIVERY.c.event_sequence.in_(
                select(_EVENT.c.sequence).where(_EVENT.c.checkout_id == checkout_id)
            )
        keys = claim_rows(
            self._connection,
            _DELIVERY,
            due,
            order=_DELIVERY.c.event_sequence,
            limit=limit,
            seconds=seconds,
        )
        if not keys:
            return []
        wanted = {"wanted": sorted({sequence for sequence, _ in keys})}
        rows = self._connection.execute(_BY_SEQUENCE, wanted)
        events = {row.sequence: _from_row(row) for row in rows}
        attempts = {
            (row.event_sequence, row.subscriber): row.attempts
            for row in self._connection.execute(_ATTEMPTS, wanted)
        }
        return [
            (events[sequence], subscriber, attempts[sequence, subscriber])
            for sequence, subscriber in keys
        ]

    def take_delivery(self, sequence: int, subscriber: str) -> bool:
        """Mark a delivery as done, in the transaction that does it.

        :return: False if it was done before, so that nothing is done twice.
        """
        return bool(
            self._connection.execute(
                _TAKE_DELIVERY, {"wanted": sequence, "by": subscriber}
            ).rowcount
        )

    def postpone_delivery(
        self,
        sequence: int,
        subscriber: str,
        *,
        problem: str,
        next_attempt_at: datetime | None,
    ) -> None:
        """Note a failed attempt; without a next one the delivery is dead."""
        self._connection.execute(
            update(_DELIVERY)
            .where(
                (_DELIVERY.c.event_sequence == sequence)
                & (_DELIVERY.c.subscriber == subscriber)
                & (_DELIVERY.c.status == PENDING)
            )
            .values(
                status=PENDING if next_attempt_at else DEAD,
                attempts=_DELIVERY.c.attempts + 1,
                next_attempt_at=next_attempt_at,
                problem=problem[:1000],
                claim_until=0,
            )
        )

    def _read(
        self, where: Any, *, limit: int | None = None, lock: bool = False
    ) -> list[Event]:
        query = select(_EVENT).where(where).order_by(_EVENT.c.sequence).limit(limit)
        if lock:
            query = query.with_for_update(skip_locked=True)
        return [_from_row(row) for row in self._connection.execute(query)]


def _from_row(row: Row[Any]) -> Event:
    return Event(
        id=row.id,
        sequence=row.sequence,
        store_id=row.store_id,
        checkout_id=row.checkout_id,
        type=row.type,
        created_at=row.created_at,
        data=row.data,
    )


def _to_row(entry: EventEntry) -> dict[str, Any]:
    return {
        "id": entry.event_id,
        "store_id": entry.store_id,
        "checkout_id": entry.checkout_id,
        "type": entry.type,
        "once_key": entry.once_key,
        "created_at": entry.created_at,
        "data": dict(entry.data),
        "is_dispatched": False,
    }
