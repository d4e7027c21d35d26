"""Delivering: every event reaches each of its subscribers, at least once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from checkout_kit.domain.delivery import Subscription
from checkout_kit.domain.event import EVENT_HOOKS, Event
from checkout_kit.services.basis import Basis
from checkout_kit.services.outlets.outlet import Outlet
from checkout_kit.services.ports import HandlerRunner, UnitOfWork
from checkout_kit.services.schedule import after_failure

logger = logging.getLogger("checkout_kit.services")

Handler = Callable[[Event, Any], object]

#: A delivery that fails for so long is given up, and shown to operators.
GIVE_UP_AFTER = timedelta(hours=48)
_HANDLER, _PLUGIN = "handler:", "plugin:"


class Delivering:
    """Hands events to handlers of the shop and to broadcast hooks of plugins.

    A handler's delivery is marked in the transaction that the handler works in, so a
    shop that shares the database changes its order exactly once.
    """

    def __init__(
        self, basis: Basis, runner: HandlerRunner, outlets: Sequence[Outlet] = ()
    ) -> None:
        self._units = basis.units
        self._providers = basis.providers
        self._clock = basis.clock
        self._runner = runner
        self._outlets = outlets
        self._handlers: dict[str, tuple[str, Handler]] = {}

    def subscribe(self, type: str, handler: Handler) -> None:
        """Have a handler called for each event of a type.

        Its name is remembered with its deliveries: keep module and name over releases.
        """
        name = f"{_HANDLER}{handler.__module__}.{handler.__qualname__}:{type}"
        if name in self._handlers:
            raise ValueError(f"the handler {name} is subscribed already")
        self._handlers[name] = (type, handler)

    def dispatch(self, *, checkout_id: str | None = None, limit: int = 200) -> int:
        """Write a delivery for each subscriber of each new event."""
        with self._units.write() as unit:
            events = unit.events.undispatched(limit=limit, checkout_id=checkout_id)
            if events:
                unit.events.dispatch(
                    self._subscriptions(unit, events), self._clock.now()
                )
            unit.commit()
        return len(events)

    def deliver_due(self, *, checkout_id: str | None = None, limit: int = 100) -> int:
        """Carry out the deliveries whose turn it is, oldest event first.

        What goes over the network is not among them: see ``services/sending.py``.
        """
        self.dispatch(checkout_id=checkout_id)
        now = self._clock.now()
        with self._units.write() as unit:
            claimed = unit.deliveries.claim(
                now, lane="", limit=limit, seconds=60, checkout_id=checkout_id
            )
            unit.commit()
        for due in claimed:
            self._deliver(due.event, due.subscriber, due.attempts)
        return len(claimed)

    def _subscriptions(
        self, unit: UnitOfWork, events: Sequence[Event]
    ) -> Mapping[int, Sequence[Subscription]]:
        here = {
            type: [Subscription(name) for name in self._subscribers(type)]
            for type in {event.type for event in events}
        }
        # Nobody books anything for an event that was only made to try webhooks out.
        found = {
            event.sequence: [] if event.is_test else list(here[event.type])
            for event in events
        }
        for outlet in self._outlets:
            for sequence, subscription in outlet.subscriptions(unit, events):
                found[sequence].append(subscription)
        return found

    def _subscribers(self, type: str) -> Sequence[str]:
        names = [name for name, (wanted, _) in self._handlers.items() if wanted == type]
        hook = EVENT_HOOKS.get(type)
        if hook is not None:
            names += [f"{_PLUGIN}{name}" for name in self._providers.subscribers(hook)]
        return names

    def _deliver(self, event: Event, subscriber: str, attempts: int) -> None:
        try:
            if subscriber in self._handlers:
                self._runner.run(event, subscriber, self._handlers[subscriber][1])
            elif subscriber.startswith(_PLUGIN):
                self._broadcast(event, subscriber)
            else:
                self._postpone(event, subscriber, attempts, "no such handler here")
        # Whatever a subscriber raises must not keep the others from their events.
        except Exception as err:
            logger.exception("delivering %s to %s failed", event.type, subscriber)
            self._postpone(event, subscriber, attempts, f"{type(err).__name__}: {err}")

    def _broadcast(self, event: Event, subscriber: str) -> None:
        hook = EVENT_HOOKS[event.type]
        with self._units.read() as unit:
            checkout = unit.checkouts.find_by_id(
                event.checkout_id or "", self._clock.now()
            )
        if hook is not None and checkout is not None:
            self._providers.broadcast_to(
                subscriber.removeprefix(_PLUGIN), hook, event=event, checkout=checkout
            )
        with self._units.write() as unit:
            unit.deliveries.take(event.sequence, subscriber)
            unit.commit()

    def _postpone(
        self, event: Event, subscriber: str, attempts: int, problem: str
    ) -> None:
        now: datetime = self._clock.now()
        is_over = now >= event.created_at + GIVE_UP_AFTER
        with self._units.write() as unit:
            unit.deliveries.postpone(
                event.sequence,
                subscriber,
                problem=problem,
                next_attempt_at=None if is_over else after_failure(now, attempts),
            )
            unit.commit()
