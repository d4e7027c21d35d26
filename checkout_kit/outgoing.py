"""What goes out: the services that tell others of events, made of the configuration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from checkout_kit.config import Configuration
from checkout_kit.errors import InputError
from checkout_kit.http.guard import AddressGuard
from checkout_kit.http.sender import Sender
from checkout_kit.services.basis import Basis
from checkout_kit.services.endpoints import Endpoints
from checkout_kit.services.event_log import EventLog
from checkout_kit.services.outlets.checkout_webhook import CheckoutWebhook
from checkout_kit.services.outlets.endpoints import EndpointOutlet
from checkout_kit.services.outlets.outlet import Outlet
from checkout_kit.services.sending import Sending
from checkout_kit.worker.lanes import Lanes


@dataclass(frozen=True, slots=True)
class Outgoing:
    """The services of one app that send over the network."""

    guard: AddressGuard
    sender: Sender
    outlets: Sequence[Outlet]
    endpoints: Endpoints
    event_log: EventLog
    sending: Sending
    lanes: Lanes
    has_webhook_secret: bool

    def check_webhook(self, field: str, url: str) -> None:
        """Refuse the webhook of a checkout of the shop's own that can't be sent.

        :raises InputError: naming ``field``.
        """
        self.guard.check_url(field, url)
        if not self.has_webhook_secret:
            raise InputError(
                field, "can't be signed: set CHECKOUT_KIT_WEBHOOK_SECRET first"
            )


def wire_outgoing(basis: Basis, configuration: Configuration) -> Outgoing:
    """Make the services that send; nothing is sent."""
    guard = AddressGuard(configuration.private_webhooks)
    sender = Sender(guard)
    outlets: list[Outlet] = [
        EndpointOutlet(basis, sender),
        CheckoutWebhook(
            basis,
            sender,
            lambda checkout: configuration.webhook_secret,
            is_document_shape=configuration.webhook_body == "payment",
        ),
    ]
    sending = Sending(basis, outlets)
    return Outgoing(
        guard=guard,
        sender=sender,
        outlets=outlets,
        endpoints=Endpoints(basis, guard.check_url),
        event_log=EventLog(basis),
        sending=sending,
        lanes=Lanes(sending),
        has_webhook_secret=configuration.webhook_secret is not None,
    )
