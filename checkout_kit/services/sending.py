"""Sending: what goes over the network, lane by lane, at least once.

A lane is one receiver. Its deliveries go out one at a time, the oldest event first;
lanes know nothing of each other. No transaction is open while something is sent.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from checkout_kit.domain.delivery import (
    DeliveryAttempt,
    DueDelivery,
    SendOutcome,
    SendResult,
)
from checkout_kit.services.basis import Basis
from checkout_kit.services.outlets.outlet import Outlet
from checkout_kit.services.ports import UnitOfWork
from checkout_kit.services.schedule import MAX_RETRY_AFTER, next_send

logger = logging.getLogger("checkout_kit.services")

#: How many deliveries of a lane are claimed at once, and for how long. What is left
#: after a third of that is let go, so that no claim runs out on its way.
_BATCH, _CLAIM_SECONDS, _WORK_SECONDS = 10, 90, 30.0
#: So many failures in a row, and the lane is left alone for this long.
_TROUBLES, _REST = 2, timedelta(seconds=60)
#: A receiver that takes longer than this for one is slow, which is trouble, too.
_SLOW_SECONDS = 5.0
_FORGET = 500


class Sending:
    """Sends what is due through the outlets, and keeps a log of it."""

    def __init__(self, basis: Basis, outlets: Sequence[Outlet]) -> None:
        self._units = basis.units
        self._clock = basis.clock
        self._keep_for = basis.policy.delivery_retention
        self._outlets = outlets

    def due_lanes(self, *, limit: int = 1000) -> Sequence[str]:
        """The lanes that have something to send now."""
        with self._units.read() as unit:
            return unit.deliveries.due_lanes(self._clock.now(), limit=limit)

    def work_lane(self, lane: str) -> tuple[int, bool]:
        """Send a few of a lane's due deliveries, one after another.

        :return: how many were tried, and whether the receiver is in trouble.
        """
        with self._units.write() as unit:
            claimed = unit.deliveries.claim(
                self._clock.now(), lane=lane, limit=_BATCH, seconds=_CLAIM_SECONDS
            )
            unit.commit()
        began, troubles = time.monotonic(), 0
        for number, delivery in enumerate(claimed):
            outcome = self._send(delivery)
            troubles = troubles + 1 if outcome.has_trouble else 0
            if troubles >= _TROUBLES or outcome.retry_after is not None:
                self._rest(lane, outcome.retry_after)
                return number + 1, True
            if time.monotonic() - began > _WORK_SECONDS:
                self._release(claimed[number + 1 :])
                return number + 1, troubles > 0
        is_slow = time.monotonic() - began > _SLOW_SECONDS * len(claimed)
        return len(claimed), troubles > 0 or is_slow

    def forget_old(self) -> int:
        """Drop a batch of the log and of what was delivered, once both are old.

        :return: how many rows are gone.
        """
        before = self._clock.now() - self._keep_for
        with self._units.read() as unit:
            # Nearly always there is nothing to do, and nobody is to wait for that.
            if not unit.delivery_log.has_old(before):
                return 0
        with self._units.write() as unit:
            forgotten = unit.delivery_log.forget_old(before, limit=_FORGET)
            unit.commit()
        return forgotten

    def _send(self, delivery: DueDelivery) -> SendOutcome:
        attempted_at, began = self._clock.now(), time.monotonic()
        outlet = self._outlet(delivery.subscriber)
        if outlet is None:
            outcome = SendOutcome(SendResult.FAILED, "nothing here sends to it")
        else:
            outcome = _guarded(outlet, delivery)
        attempt = DeliveryAttempt(
            event_id=delivery.event.id,
            subscriber=delivery.subscriber,
            attempted_at=attempted_at,
            milliseconds=int((time.monotonic() - began) * 1000),
            result=outcome.result,
            status=outcome.status,
            problem=outcome.problem,
            answer=outcome.answer,
        )
        with self._units.write() as unit:
            self._record(unit, delivery, outcome, outlet)
            unit.delivery_log.note(delivery.event.sequence, attempt)
            unit.commit()
        return outcome

    def _record(
        self,
        unit: UnitOfWork,
        delivery: DueDelivery,
        outcome: SendOutcome,
        outlet: Outlet | None,
    ) -> None:
        sequence, subscriber = delivery.event.sequence, delivery.subscriber
        if outcome.result is SendResult.DELIVERED:
            unit.deliveries.take(sequence, subscriber)
            return
        now = self._clock.now()
        again: datetime | None = None
        if outcome.result is SendResult.FAILED:
            again = next_send(
                delivery.started_at, now, delivery.attempts + 1, outcome.retry_after
            )
        unit.deliveries.postpone(
            sequence, subscriber, problem=outcome.problem, next_attempt_at=again
        )
        if outcome.result is SendResult.GONE and outlet is not None:
            outlet.let_go(unit, delivery, outcome.problem, now)
        if again is None:
            logger.error(
                "the event %s was not delivered to %s and is given up: %s",
                delivery.event.id,
                subscriber,
                outcome.problem,
            )

    def _outlet(self, subscriber: str) -> Outlet | None:
        for outlet in self._outlets:
            if subscriber.startswith(outlet.prefix):
                return outlet
        return None

    def _rest(self, lane: str, retry_after: int | None) -> None:
        pause = _REST
        if retry_after is not None:
            pause = min(timedelta(seconds=retry_after), MAX_RETRY_AFTER)
        with self._units.write() as unit:
            unit.deliveries.hold_lane(lane, self._clock.now() + pause)
            unit.commit()

    def _release(self, deliveries: Sequence[DueDelivery]) -> None:
        with self._units.write() as unit:
            unit.deliveries.release(
                [(each.event.sequence, each.subscriber) for each in deliveries]
            )
            unit.commit()


def _guarded(outlet: Outlet, delivery: DueDelivery) -> SendOutcome:
    try:
        return outlet.send(delivery)
    # Whatever one delivery raises must not keep the others of its lane.
    except Exception as err:
        logger.exception("sending %s to %s", delivery.event.id, delivery.subscriber)
        return SendOutcome(SendResult.FAILED, f"a fault of ours: {type(err).__name__}")
