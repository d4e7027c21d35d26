"""The event log: appended to, dispatched to its subscribers, and read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    bindparam,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from checkout_kit.domain.delivery import DeliveryStatus, Subscription
from checkout_kit.domain.event import Event, EventEntry
from checkout_kit.storage import tables
from checkout_kit.storage.direct import DirectInsert

_EVENT = tables.event
_DELIVERY = tables.delivery

# Built once: building a statement takes longer than running it.
_APPEND = insert(_EVENT)
_APPEND_ONE = DirectInsert(_EVENT)
_BY_ONCE_KEY = select(_EVENT.c.once_key).where(
    _EVENT.c.once_key.in_(bindparam("wanted", expanding=True))
)
_DISPATCH = (
    update(_EVENT)
    .where(
        _EVENT.c.sequence.in_(bindparam("wanted", expanding=True))
        & _EVENT.c.is_dispatched.is_(False)
    )
    .values(is_dispatched=True, position=_EVENT.c.sequence + bindparam("shift"))
    .returning(_EVENT.c.sequence)
)
_ADD_DELIVERIES = insert(_DELIVERY)
_LAST_POSITION = select(func.max(_EVENT.c.position))
#: PostgreSQL's advisory lock of whoever dispatches: "chkdisp" in ASCII.
_ONE_DISPATCHER = select(func.pg_advisory_xact_lock(0x63686B64697370))
_OF_CHECKOUT = _EVENT.c.checkout_id == bindparam("wanted")
_UNDISPATCHED = (
    select(_EVENT)
    .where(_EVENT.c.is_dispatched.is_(False))
    .order_by(_EVENT.c.sequence)
    .limit(bindparam("most", type_=Integer))
)
_IS_DUE = select(
    or_(
        exists().where(_OF_CHECKOUT & _EVENT.c.is_dispatched.is_(False)),
        exists().where(
            _OF_CHECKOUT
            & (_DELIVERY.c.event_sequence == _EVENT.c.sequence)
            & (_DELIVERY.c.next_attempt_at <= bindparam("now"))
            # What goes over the network is nothing that a page waits for.
            & (_DELIVERY.c.lane == "")
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
            if len(rows) > 1:
                self._connection.execute(_APPEND, rows)
            else:
                _APPEND_ONE.run(self._connection, rows[0])

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
        query, told = _UNDISPATCHED, dict[str, Any](most=limit)
        if checkout_id is not None:
            query, told["wanted"] = query.where(_OF_CHECKOUT), checkout_id
        found = self._events(query, told)
        if not found or self._connection.dialect.name == "sqlite":
            return found
        # One dispatcher at a time, until its commit: positions then become visible in
        # their order. What another one has just done is not found any more.
        self._connection.execute(_ONE_DISPATCHER)
        return self._events(query, told)

    def dispatch(
        self, subscriptions: Mapping[int, Sequence[Subscription]], now: datetime
    ) -> None:
        """Give events their positions, and write a delivery for each subscription.

        :param subscriptions: by the event's sequence.
        """
        if not subscriptions:
            return
        last = self._connection.execute(_LAST_POSITION).scalar() or 0
        # The sequence itself, unless a later one was dispatched before.
        shift = max(0, last + 1 - min(subscriptions))
        taken = self._connection.execute(
            _DISPATCH, {"wanted": [*subscriptions], "shift": shift}
        )
        rows = [
            {
                "event_sequence": sequence,
                "subscriber": subscription.subscriber,
                "lane": subscription.lane,
                "status": DeliveryStatus.PENDING.value,
                "started_at": now,
                "next_attempt_at": now,
            }
            for sequence in sorted(taken.scalars())
            for subscription in subscriptions[sequence]
        ]
        if rows:
            self._connection.execute(_ADD_DELIVERIES, rows)

    def page(
        self,
        store_id: str,
        *,
        after: int | None,
        limit: int,
        type: str | None = None,
        newest_first: bool = False,
    ) -> Sequence[Event]:
        """A page of a store's events by their position.

        Positions are given in the order of commits, so a reader that goes on after the
        last one it saw never misses an event.

        :param after: the position to begin behind; None for the beginning, or for the
            end where the newest come first.
        """
        place = _EVENT.c.position
        where: ColumnElement[bool] = (_EVENT.c.store_id == store_id) & (
            place.is_not(None)
        )
        if after is not None:
            where &= place < after if newest_first else place > after
        if type is not None:
            where &= _EVENT.c.type == type
        query = select(_EVENT).where(where).limit(limit)
        return self._events(query.order_by(place.desc() if newest_first else place))

    def count(self, store_id: str) -> int:
        """How many events of a store can be listed."""
        counted = select(func.count()).where(
            (_EVENT.c.store_id == store_id) & _EVENT.c.position.is_not(None)
        )
        return int(self._connection.execute(counted).scalar_one())

    def find(self, store_id: str, event_id: str) -> Event | None:
        """An event of a store by its id."""
        found = self._read((_EVENT.c.store_id == store_id) & (_EVENT.c.id == event_id))
        return found[0] if found else None

    def _read(self, where: ColumnElement[bool]) -> list[Event]:
        return self._events(select(_EVENT).where(where).order_by(_EVENT.c.sequence))

    def _events(
        self, query: Select[Any], told: Mapping[str, Any] | None = None
    ) -> list[Event]:
        return [event_from_row(row) for row in self._connection.execute(query, told)]


def event_from_row(row: Row[Any]) -> Event:
    """Make an event of its row."""
    return Event(
        id=row.id,
        sequence=row.sequence,
        store_id=row.store_id,
        checkout_id=row.checkout_id,
        type=row.type,
        created_at=row.created_at,
        data=row.data,
        position=row.position,
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
