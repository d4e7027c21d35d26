"""Mails: buyers and the merchant hear of a checkout, once for each state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.delivery import (
    DueDelivery,
    SendOutcome,
    SendResult,
    Subscription,
)
from checkout_kit.domain.event import Event
from checkout_kit.domain.mail import is_mail_address
from checkout_kit.errors import InputError, MailRefused, SendFailed
from checkout_kit.services.basis import Basis
from checkout_kit.services.customers import introduce
from checkout_kit.services.outlets.outlet import no_answer
from checkout_kit.services.ports import MailComposer, MailTransport, UnitOfWork

PREFIX = "mail:"
LANE = "mail"
_UNDERPAID = frozenset({"UNRESOLVED_UNDERPAID", "DELAYED_UNDERPAID"})
_UNRESOLVED = _UNDERPAID | {
    "UNRESOLVED_GENERIC",
    "UNRESOLVED_OVERPAID",
    "DELAYED_OVERPAID",
}


@dataclass(frozen=True, slots=True)
class MailPlan:
    """Which messages go to whom, by message; and the merchant's address."""

    messages: Mapping[str, Sequence[str]]
    merchant: str | None


def messages_for(event: Event) -> Sequence[str]:
    """The messages that an event is a reason for."""
    state = event.data.get("state")
    if event.type == "checkout.paid":
        return ["receipt"]
    if event.type != "checkout.updated":
        return []
    return [
        message
        for message, states in (
            ("payment_needed", _UNDERPAID),
            ("unresolved", _UNRESOLVED),
        )
        if state in states
    ]


class MailOutlet:
    """Orders a mail once for each state of a checkout, and sends it at least once.

    A mail that the server took while this process died may be sent again, with the
    same Message-ID: SMTP has no better guard.
    """

    prefix = PREFIX

    def __init__(
        self,
        basis: Basis,
        composer: MailComposer,
        transport: MailTransport,
        plan: MailPlan,
    ) -> None:
        self._units = basis.units
        self._clock = basis.clock
        self._composer = composer
        self._transport = transport
        self._plan = plan

    def subscriptions(
        self, unit: UnitOfWork, events: Sequence[Event]
    ) -> Iterable[tuple[int, Subscription]]:
        """The mails that these events are the first reason for."""
        due = [
            (event, message)
            for event in events
            if event.checkout_id is not None and not event.is_test
            for message in messages_for(event)
            if self._plan.messages.get(message)
        ]
        if not due:
            return
        ids = sorted({event.checkout_id or "" for event, _ in due})
        found = unit.checkouts.find_all(ids, self._clock.now())
        checkouts = {checkout.id: introduce(unit, checkout) for checkout in found}
        for event, message in due:
            checkout = checkouts[event.checkout_id or ""]
            state = str(event.data.get("state"))
            for role in self._plan.messages[message]:
                if self._address(checkout, role) is None:
                    continue
                if unit.mails.order(checkout.id, message, role, state):
                    name = f"{PREFIX}{message}:{role}"
                    yield event.sequence, Subscription(name, lane=LANE)

    def send(self, delivery: DueDelivery) -> SendOutcome:
        """Send a mail, unless what it would say is not so any more."""
        event, now = delivery.event, self._clock.now()
        _, message, role = delivery.subscriber.split(":")
        with self._units.read() as unit:
            checkout = unit.checkouts.find_by_id(event.checkout_id or "", now)
            checkout = None if checkout is None else introduce(unit, checkout)
        address = None if checkout is None else self._address(checkout, role)
        if checkout is None or address is None:
            return SendOutcome(SendResult.REFUSED, "there is no address to send it to")
        if message == "payment_needed" and checkout.state.value not in _UNDERPAID:
            return SendOutcome(
                SendResult.DELIVERED, answer="not sent: it came too late"
            )
        try:
            mail = self._composer.compose(
                checkout,
                message=message,
                role=role,
                to=address,
                id=f"{event.id}.{message}.{role}",
            )
            self._transport.send(mail, now)
        except (InputError, MailRefused) as refusal:
            return SendOutcome(SendResult.REFUSED, refusal.problem)
        except SendFailed as failure:
            return no_answer(failure)
        return SendOutcome(SendResult.DELIVERED)

    def let_go(
        self, unit: UnitOfWork, delivery: DueDelivery, problem: str, now: datetime
    ) -> None:
        """A mail has no receiver that could say that it is gone."""

    def _address(self, checkout: Checkout, role: str) -> str | None:
        if role == "merchant":
            return self._plan.merchant
        address = checkout.customer.get("email")
        return address if is_mail_address(address) else None
