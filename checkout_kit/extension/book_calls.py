"""What shops call to hear of events and to read the books."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from checkout_kit.domain.event import EVENT_HOOKS, Event
from checkout_kit.domain.invoice import UnmatchedDeposit
from checkout_kit.domain.settlement import SettlementOrder
from checkout_kit.domain.webhook import WebhookRequest
from checkout_kit.errors import InputError
from checkout_kit.extension.app_services import AppServices
from checkout_kit.services.delivering import Handler

HandlerT = TypeVar("HandlerT", bound=Handler)


class BookCalls(AppServices):
    """Calls about events and books."""

    def __init__(self) -> None:
        super().__init__()
        self._handlers: list[tuple[str, Handler]] = []

    def on(self, type: str) -> Callable[[HandlerT], HandlerT]:
        """Have a function called for every event of a type.

        It is called as ``handler(event, session)``. With a shared session the kit
        commits its work and the delivery's mark together: exactly once; it must not
        commit by itself. Without one ``session`` is None, and an event may come again.

        :raises InputError: if there is no such type of event.
        """
        if type not in EVENT_HOOKS:
            raise InputError("type", "must be one of " + ", ".join(EVENT_HOOKS))

        def subscribe(handler: HandlerT) -> HandlerT:
            self._handlers.append((type, handler))
            for services in self._services:
                services.delivering.subscribe(type, handler)
            return handler

        return subscribe

    def list_events(self, checkout_id: str) -> Sequence[Event]:
        """The events of a checkout, oldest first."""
        services = self._of_app()
        store_id = services.configuration.policy.store_id
        with services.basis.units.read() as unit:
            return unit.events.of_checkout(store_id, checkout_id)

    def list_unmatched(self) -> Sequence[UnmatchedDeposit]:
        """Deposits that fit no invoice, newest first; nobody was credited."""
        services = self._of_app()
        with services.basis.units.read() as unit:
            return unit.inbox.list_unmatched(services.configuration.policy.store_id)

    def list_settlements(self, checkout_id: str) -> Sequence[SettlementOrder]:
        """What was, is or will be settled for a checkout."""
        services = self._of_app()
        with services.basis.units.read() as unit:
            return unit.settlements.of_checkout(checkout_id)

    def receive_webhook(self, provider: str, request: WebhookRequest) -> None:
        """Take in a provider's webhook, as its route does."""
        self._of_app().desk.receive_webhook(provider, request)
