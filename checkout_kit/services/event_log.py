"""The event log, for those who look after it: read, deliver again, try out."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from checkout_kit.domain.delivery import (
    DeliveryAttempt,
    DeliveryState,
    DeliveryStatus,
    Subscription,
)
from checkout_kit.domain.event import EVENT_HOOKS, Event, EventEntry
from checkout_kit.errors import InputError, NotFoundError
from checkout_kit.services.basis import Basis
from checkout_kit.services.outlets.endpoints import subscription_of
from checkout_kit.services.ports import UnitOfWork
from checkout_kit.services.sample_events import sample_data

MAX_PAGE = 250


class EventLog:
    """A store's events, and how their deliveries stand."""

    def __init__(self, basis: Basis) -> None:
        self._units = basis.units
        self._clock = basis.clock
        self._store_id = basis.policy.store_id

    def page(
        self,
        *,
        after: int | None = None,
        limit: int = 50,
        type: str | None = None,
        newest_first: bool = False,
    ) -> Sequence[Event]:
        """A page of events; whoever goes on after the last one's position misses none.

        :raises InputError: if the page can't be made.
        """
        if not 1 <= limit <= MAX_PAGE:
            raise InputError("limit", f"must be from 1 to {MAX_PAGE}")
        if after is not None and not 0 <= after < 2**63:
            raise InputError("after", "must be the sequence of an event, or 0")
        if type is not None and type not in EVENT_HOOKS:
            raise InputError("type", "must be one of " + ", ".join(EVENT_HOOKS))
        with self._units.read() as unit:
            return unit.events.page(
                self._store_id,
                after=after,
                limit=limit,
                type=type,
                newest_first=newest_first,
            )

    def look_up(
        self, event_id: str
    ) -> tuple[Event, Sequence[DeliveryState], Sequence[DeliveryAttempt]]:
        """An event, how its deliveries stand, and the attempts at them.

        :raises NotFoundError: if the store has no such event.
        """
        with self._units.read() as unit:
            event = self._own(unit, event_id)
            return (
                event,
                unit.deliveries.of_event(event.sequence),
                unit.delivery_log.of_event(event.sequence),
            )

    def dead(self, *, limit: int = 100) -> Sequence[DeliveryState]:
        """Deliveries that were given up, newest event first."""
        with self._units.read() as unit:
            return unit.deliveries.dead(self._store_id, limit=limit)

    def count_troubles(self) -> tuple[Mapping[str, int], Mapping[str, int]]:
        """How many deliveries were given up, and how many failed, by subscriber."""
        with self._units.read() as unit:
            return (
                unit.deliveries.count_dead(self._store_id),
                unit.deliveries.count_failing(self._store_id),
            )

    def redeliver(self, event_id: str, endpoint_id: str | None = None) -> int:
        """Have an event sent again, with the same id: receivers know it by that.

        :param endpoint_id: the endpoint to send it to, whether it got it or not; else
            whoever did not get it.
        :return: to how many it will be sent.
        :raises NotFoundError: if the store has no such event or endpoint.
        """
        now = self._clock.now()
        with self._units.write() as unit:
            event = self._own(unit, event_id)
            if endpoint_id is None:
                chosen = [
                    Subscription(state.subscriber, state.lane)
                    for state in unit.deliveries.of_event(event.sequence)
                    if state.status is DeliveryStatus.DEAD
                ]
            else:
                endpoint = unit.endpoints.find(endpoint_id)
                if endpoint is None or endpoint.store_id != self._store_id:
                    raise NotFoundError("endpoint", endpoint_id[:64])
                chosen = [subscription_of(endpoint.id)]
            for subscription in chosen:
                unit.deliveries.order_again(event.sequence, subscription, now)
            unit.commit()
        return len(chosen)

    def redeliver_dead(self, endpoint_id: str | None = None) -> int:
        """Have everything sent again that was given up, or that of one endpoint.

        :return: how many deliveries.
        """
        wanted = endpoint_id and subscription_of(endpoint_id).subscriber
        now, count = self._clock.now(), 0
        with self._units.write() as unit:
            for state in unit.deliveries.dead(self._store_id, limit=10_000):
                if wanted is None or state.subscriber == wanted:
                    event = self._own(unit, state.event_id)
                    again = Subscription(state.subscriber, state.lane)
                    unit.deliveries.order_again(event.sequence, again, now)
                    count += 1
            unit.commit()
        return count

    def trigger(self, type: str) -> Event:
        """Write an event of which nothing happened, to try endpoints out.

        It is marked as a test, belongs to no checkout, and goes to endpoints alone:
        no handler, no plugin and no mail hears of it.

        :raises InputError: if there is no such type.
        """
        data: Mapping[str, Any] = {**sample_data(type), "is_test": True}
        now = self._clock.now()
        event_id = secrets.token_hex(16)
        with self._units.write() as unit:
            unit.events.append_all(
                [EventEntry(event_id, self._store_id, None, type, now, data)]
            )
            unit.commit()
        with self._units.read() as unit:
            return self._own(unit, event_id)

    def _own(self, unit: UnitOfWork, event_id: str) -> Event:
        event = unit.events.find(self._store_id, event_id)
        if event is None:
            raise NotFoundError("event", event_id[:64])
        return event
