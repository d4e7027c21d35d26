"""Deliveries of events to subscribers, and the log of attempts at them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    delete,
    func,
    insert,
    select,
    tuple_,
    update,
)

from checkout_kit.domain.delivery import (
    DeliveryState,
    DeliveryStatus,
    DueDelivery,
    Subscription,
)
from checkout_kit.storage import tables
from checkout_kit.storage.claims import Claim
from checkout_kit.storage.events import event_from_row
from checkout_kit.storage.types import database_milliseconds

_EVENT = tables.event
_DELIVERY = tables.delivery

PENDING, DELIVERED, DEAD = (
    DeliveryStatus.PENDING.value,
    DeliveryStatus.DELIVERED.value,
    DeliveryStatus.DEAD.value,
)

# Built once: building a statement takes longer than running it.
_BY_SEQUENCE = select(_EVENT).where(
    _EVENT.c.sequence.in_(bindparam("wanted", expanding=True))
)
_CLAIMED = select(
    _DELIVERY.c.event_sequence,
    _DELIVERY.c.subscriber,
    _DELIVERY.c.attempts,
    _DELIVERY.c.started_at,
).where(_DELIVERY.c.event_sequence.in_(bindparam("wanted", expanding=True)))
_PENDING_ONE = (
    (_DELIVERY.c.event_sequence == bindparam("wanted"))
    & (_DELIVERY.c.subscriber == bindparam("by"))
    & (_DELIVERY.c.status == PENDING)
)
_TAKE = (
    update(_DELIVERY)
    .where(_PENDING_ONE)
    .values(
        status=DELIVERED,
        attempts=_DELIVERY.c.attempts + 1,
        next_attempt_at=None,
        problem=None,
        claim_until=0,
    )
)
_DUE_LANES = (
    select(_DELIVERY.c.lane)
    .where(
        (_DELIVERY.c.next_attempt_at <= bindparam("now"))
        & (_DELIVERY.c.lane != "")
        & (_DELIVERY.c.claim_until < database_milliseconds())
    )
    .group_by(_DELIVERY.c.lane)
    .order_by(func.min(_DELIVERY.c.event_sequence))
    .limit(bindparam("most"))
)
_DUE = (
    _DELIVERY.c.next_attempt_at.is_not(None)
    & (_DELIVERY.c.next_attempt_at <= bindparam("due_at"))
    & (_DELIVERY.c.lane == bindparam("due_lane"))
)
_OF_CHECKOUT = _DELIVERY.c.event_sequence.in_(
    select(_EVENT.c.sequence).where(_EVENT.c.checkout_id == bindparam("of_checkout"))
)
_CLAIM = Claim(_DELIVERY, _DUE, order=_DELIVERY.c.event_sequence)
_CLAIM_OF_CHECKOUT = Claim(
    _DELIVERY, _DUE & _OF_CHECKOUT, order=_DELIVERY.c.event_sequence
)


class DeliveryStore:
    """Claims, marks and logs deliveries."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def claim(
        self,
        now: datetime,
        *,
        lane: str,
        limit: int,
        seconds: int,
        checkout_id: str | None = None,
    ) -> list[DueDelivery]:
        """Take due deliveries of a lane, oldest event first."""
        told = {"due_at": now, "due_lane": lane}
        claim = _CLAIM
        if checkout_id is not None:
            claim, told["of_checkout"] = _CLAIM_OF_CHECKOUT, checkout_id
        keys = claim.take(self._connection, limit=limit, seconds=seconds, **told)
        if not keys:
            return []
        wanted = {"wanted": sorted({sequence for sequence, _ in keys})}
        found = self._connection.execute(_BY_SEQUENCE, wanted)
        events = {row.sequence: event_from_row(row) for row in found}
        rows = {
            (row.event_sequence, row.subscriber): row
            for row in self._connection.execute(_CLAIMED, wanted)
        }
        return [
            DueDelivery(
                event=events[key[0]],
                subscriber=key[1],
                attempts=rows[key].attempts,
                started_at=rows[key].started_at or events[key[0]].created_at,
            )
            for key in ((sequence, subscriber) for sequence, subscriber in keys)
        ]

    def due_lanes(self, now: datetime, *, limit: int) -> Sequence[str]:
        """The lanes that have something to send, the oldest event's first."""
        found = self._connection.execute(_DUE_LANES, {"now": now, "most": limit})
        return list(found.scalars())

    def take(self, sequence: int, subscriber: str) -> bool:
        """Mark a delivery as done, in the transaction that does it.

        :return: False if it was done before, so that nothing is done twice.
        """
        return bool(
            self._connection.execute(
                _TAKE, {"wanted": sequence, "by": subscriber}
            ).rowcount
        )

    def postpone(
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
            .where(_PENDING_ONE)
            .values(
                status=PENDING if next_attempt_at else DEAD,
                attempts=_DELIVERY.c.attempts + 1,
                next_attempt_at=next_attempt_at,
                problem=problem[:1000],
                claim_until=0,
            ),
            {"wanted": sequence, "by": subscriber},
        )

    def release(self, keys: Sequence[tuple[int, str]]) -> None:
        """Let go of claimed deliveries that were not tried."""
        if keys:
            mine = tuple_(_DELIVERY.c.event_sequence, _DELIVERY.c.subscriber).in_(keys)
            self._connection.execute(
                update(_DELIVERY)
                .where(mine & (_DELIVERY.c.status == PENDING))
                .values(claim_until=0)
            )

    def hold_lane(self, lane: str, until: datetime) -> None:
        """Leave whatever is due in a lane for later; it counts as no attempt."""
        self._connection.execute(
            update(_DELIVERY)
            .where((_DELIVERY.c.lane == lane) & (_DELIVERY.c.next_attempt_at < until))
            .values(next_attempt_at=until, claim_until=0)
        )

    def give_up(self, subscriber: str, problem: str) -> int:
        """Send nothing that is pending to a subscriber any more."""
        return self._connection.execute(
            update(_DELIVERY)
            .where(
                (_DELIVERY.c.subscriber == subscriber) & (_DELIVERY.c.status == PENDING)
            )
            .values(
                status=DEAD, next_attempt_at=None, problem=problem[:1000], claim_until=0
            )
        ).rowcount

    def forget(self, subscriber: str) -> None:
        """Forget what a subscriber that is gone did not get."""
        self._connection.execute(
            delete(_DELIVERY).where(
                (_DELIVERY.c.subscriber == subscriber)
                & (_DELIVERY.c.status != DELIVERED)
            )
        )

    def order_again(
        self, sequence: int, subscription: Subscription, now: datetime
    ) -> None:
        """Have an event delivered once more, from the beginning."""
        values = {
            "status": PENDING,
            "lane": subscription.lane,
            "attempts": 0,
            "started_at": now,
            "next_attempt_at": now,
            "problem": None,
            "claim_until": 0,
        }
        subscriber = subscription.subscriber
        key = {"event_sequence": sequence, "subscriber": subscriber}
        changed = self._connection.execute(
            update(_DELIVERY)
            .where(
                (_DELIVERY.c.event_sequence == sequence)
                & (_DELIVERY.c.subscriber == subscriber)
            )
            .values(**values)
        ).rowcount
        if not changed:
            self._connection.execute(insert(_DELIVERY).values(**key, **values))

    def of_event(self, sequence: int) -> Sequence[DeliveryState]:
        """How an event's deliveries stand, by subscriber."""
        return self._states(_DELIVERY.c.event_sequence == sequence)

    def dead(self, store_id: str, *, limit: int) -> Sequence[DeliveryState]:
        """Deliveries that were given up, newest event first."""
        return self._states(
            (_DELIVERY.c.status == DEAD) & (_EVENT.c.store_id == store_id), limit=limit
        )

    def count_dead(self, store_id: str) -> dict[str, int]:
        """How many deliveries were given up, by subscriber."""
        rows = self._connection.execute(
            select(_DELIVERY.c.subscriber, func.count())
            .join(_EVENT, _EVENT.c.sequence == _DELIVERY.c.event_sequence)
            .where((_DELIVERY.c.status == DEAD) & (_EVENT.c.store_id == store_id))
            .group_by(_DELIVERY.c.subscriber)
        )
        return {subscriber: count for subscriber, count in rows}

    def count_failing(self, store_id: str) -> dict[str, int]:
        """How many deliveries failed and are tried again, by subscriber."""
        rows = self._connection.execute(
            select(_DELIVERY.c.subscriber, func.count())
            .join(_EVENT, _EVENT.c.sequence == _DELIVERY.c.event_sequence)
            .where(
                _DELIVERY.c.next_attempt_at.is_not(None)
                & (_DELIVERY.c.attempts > 0)
                & (_EVENT.c.store_id == store_id)
            )
            .group_by(_DELIVERY.c.subscriber)
        )
        return {subscriber: count for subscriber, count in rows}

    def _states(
        self, where: ColumnElement[bool], *, limit: int | None = None
    ) -> Sequence[DeliveryState]:
        rows = self._connection.execute(
            select(_DELIVERY, _EVENT.c.id)
            .join(_EVENT, _EVENT.c.sequence == _DELIVERY.c.event_sequence)
            .where(where)
            .order_by(_DELIVERY.c.event_sequence.desc(), _DELIVERY.c.subscriber)
            .limit(limit)
        )
        return [
            DeliveryState(
                event_id=row.id,
                subscriber=row.subscriber,
                lane=row.lane,
                status=DeliveryStatus(row.status),
                attempts=row.attempts,
                next_attempt_at=row.next_attempt_at,
                problem=row.problem,
            )
            for row in rows
        ]
