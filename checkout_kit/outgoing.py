"""What goes out: the services that tell others of events, made of the configuration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Flask

from checkout_kit.appearance import page_settings
from checkout_kit.config import Configuration
from checkout_kit.domain.checkout import Checkout
from checkout_kit.errors import InputError
from checkout_kit.http.guard import AddressGuard
from checkout_kit.http.sender import Sender
from checkout_kit.mail.settings import MailSettings
from checkout_kit.mail.smtp import SmtpTransport
from checkout_kit.services.api_keys import ApiKeys
from checkout_kit.services.basis import Basis
from checkout_kit.services.endpoints import Endpoints
from checkout_kit.services.event_log import EventLog
from checkout_kit.services.outlets.checkout_webhook import CheckoutWebhook
from checkout_kit.services.outlets.endpoints import EndpointOutlet
from checkout_kit.services.outlets.mails import MailOutlet, MailPlan
from checkout_kit.services.outlets.outlet import Outlet
from checkout_kit.services.sending import Sending
from checkout_kit.web.mails import PageMails
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


def wire_outgoing(
    app: Flask, basis: Basis, configuration: Configuration, api_keys: ApiKeys
) -> Outgoing:
    """Make the services that send; nothing is sent.

    :raises ConfigurationError: if ``CHECKOUT_KIT_MAIL`` can't be used.
    """

    def secret_of(checkout: Checkout) -> str | None:
        if checkout.api_key_id is None:
            return configuration.webhook_secret
        return api_keys.signing_secret(checkout.api_key_id, basis.clock.now())

    guard = AddressGuard(configuration.private_webhooks)
    sender = Sender(guard)
    outlets: list[Outlet] = [
        EndpointOutlet(basis, sender),
        CheckoutWebhook(
            basis,
            sender,
            secret_of,
            is_document_shape=configuration.webhook_body == "payment",
        ),
    ]
    mail = MailSettings.from_config(configuration.mail)
    if mail is not None:
        settings = page_settings(configuration, basis.clock)
        outlets.append(
            MailOutlet(
                basis,
                PageMails(app, settings, configuration.page_url),
                SmtpTransport(mail),
                MailPlan(mail.messages, mail.merchant),
            )
        )
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
