"""The webhook that a checkout was made with: COINQVEST's body and signature."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.credited_payment import payments_of
from checkout_kit.domain.delivery import (
    DueDelivery,
    SendOutcome,
    SendResult,
    Subscription,
)
from checkout_kit.domain.event import Event
from checkout_kit.domain.payment import PaymentStatus
from checkout_kit.domain.webhook_signature import sign_coinqvest
from checkout_kit.errors import SendFailed
from checkout_kit.services.basis import Basis
from checkout_kit.services.outlets.checkout_document import (
    checkout_document,
    payment_document,
)
from checkout_kit.services.outlets.outlet import judge, no_answer
from checkout_kit.services.ports import Poster, UnitOfWork

SUBSCRIBER = "webhook:checkout"
_UNDERPAID = frozenset({"UNRESOLVED_UNDERPAID", "DELAYED_UNDERPAID"})
#: Who signs for a checkout: the secret, None if there is none.
SecretOf = Callable[[Checkout], "str | None"]


def event_type(event: Event) -> str | None:
    """COINQVEST's name for what an event tells; None for what it does not tell of."""
    state = event.data.get("state")
    if event.type == "checkout.paid":
        return "UNDERPAID_ACCEPTED" if state == "RESOLVED" else "CHECKOUT_COMPLETED"
    if event.type == "checkout.updated" and state in _UNDERPAID:
        return "CHECKOUT_UNDERPAID"
    return None


class CheckoutWebhook:
    """Tells the address that a checkout was made with.

    Each host has a lane of its own. ``is_document_shape`` sends the body of the API
    document of 2020, one payment, in place of today's.
    """

    prefix = "webhook:"

    def __init__(
        self,
        basis: Basis,
        poster: Poster,
        secret_of: SecretOf,
        *,
        is_document_shape: bool = False,
    ) -> None:
        self._units = basis.units
        self._clock = basis.clock
        self._poster = poster
        self._secret_of = secret_of
        self._is_document_shape = is_document_shape

    def subscriptions(
        self, unit: UnitOfWork, events: Sequence[Event]
    ) -> Iterable[tuple[int, Subscription]]:
        """The webhooks of the checkouts that these events tell something of."""
        wanted = {
            event.sequence: event.checkout_id
            for event in events
            if event.checkout_id is not None and event_type(event) is not None
        }
        if not wanted:
            return
        urls = unit.checkouts.webhook_urls(sorted(set(wanted.values())))
        for sequence, checkout_id in wanted.items():
            if checkout_id in urls:
                host = urlsplit(urls[checkout_id]).hostname or ""
                yield sequence, Subscription(SUBSCRIBER, lane=f"host:{host}"[:200])

    def send(self, delivery: DueDelivery) -> SendOutcome:
        """Send an event to its checkout's webhook."""
        event = delivery.event
        with self._units.read() as unit:
            checkout = unit.checkouts.find_by_id(
                event.checkout_id or "", self._clock.now()
            )
        if checkout is None or checkout.webhook_url is None:
            return SendOutcome(SendResult.REFUSED, "the checkout has no webhook")
        secret = self._secret_of(checkout)
        if not secret:
            return SendOutcome(
                SendResult.FAILED,
                "nothing to sign it with: set CHECKOUT_KIT_WEBHOOK_SECRET",
            )
        document = self._document(event, checkout)
        body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {
            "Content-Type": "application/json",
            "webhook-id": event.id,
            **sign_coinqvest(secret, body),
        }
        try:
            return judge(self._poster.post(checkout.webhook_url, headers, body))
        except SendFailed as failure:
            return no_answer(failure)

    def let_go(
        self, unit: UnitOfWork, delivery: DueDelivery, problem: str, now: datetime
    ) -> None:
        """Nothing is kept of a checkout's webhook: the delivery alone is given up."""

    def _document(self, event: Event, checkout: Checkout) -> Mapping[str, Any]:
        if self._is_document_shape:
            # The newest comes first: it is what is told of.
            for entry in payments_of(checkout):
                if entry.payment.status is PaymentStatus.CONFIRMED:
                    return payment_document(entry)
        return {
            "eventType": event_type(event),
            "data": {"checkout": checkout_document(checkout)},
        }
