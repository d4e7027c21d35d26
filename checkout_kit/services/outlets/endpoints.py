"""Endpoints: each hears of its store's events by Standard Webhooks."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Sequence
from datetime import datetime

from checkout_kit.domain.delivery import (
    DueDelivery,
    SendOutcome,
    SendResult,
    Subscription,
)
from checkout_kit.domain.event import Event
from checkout_kit.domain.webhook_signature import sign_standard
from checkout_kit.errors import SendFailed
from checkout_kit.services.basis import Basis
from checkout_kit.services.outlets.outlet import judge, no_answer
from checkout_kit.services.ports import Poster, UnitOfWork

logger = logging.getLogger("checkout_kit.services")

PREFIX = "endpoint:"


def subscription_of(endpoint_id: str) -> Subscription:
    """An endpoint's own: its lane is shared with nobody."""
    name = f"{PREFIX}{endpoint_id}"
    return Subscription(name, lane=name)


def event_body(event: Event) -> bytes:
    """The body that tells of an event."""
    return json.dumps(
        event.to_document(), ensure_ascii=False, separators=(",", ":")
    ).encode()


class EndpointOutlet:
    """Sends events to endpoints, signed by each of an endpoint's secrets."""

    prefix = PREFIX

    def __init__(self, basis: Basis, poster: Poster) -> None:
        self._units = basis.units
        self._clock = basis.clock
        self._poster = poster

    def subscriptions(
        self, unit: UnitOfWork, events: Sequence[Event]
    ) -> Iterable[tuple[int, Subscription]]:
        """The enabled endpoints of an event's store that want its type."""
        enabled = unit.endpoints.enabled()
        for event in events:
            group = event.type.partition(".")[0] + ".*"
            for store_id, endpoint_id, wanted in enabled:
                if store_id == event.store_id and (
                    not wanted or event.type in wanted or group in wanted
                ):
                    yield event.sequence, subscription_of(endpoint_id)

    def send(self, delivery: DueDelivery) -> SendOutcome:
        """Send an event to an endpoint, if it is still there and enabled."""
        endpoint_id = delivery.subscriber.removeprefix(PREFIX)
        with self._units.read() as unit:
            endpoint = unit.endpoints.find(endpoint_id)
        if endpoint is None:
            return SendOutcome(SendResult.REFUSED, "the endpoint was removed")
        if not endpoint.is_enabled:
            return SendOutcome(SendResult.REFUSED, "the endpoint is disabled")
        if not endpoint.secret:
            return SendOutcome(
                SendResult.FAILED,
                "the endpoint's secret can't be decrypted: rotate it, or put the key "
                "back that it was kept with",
            )
        now = self._clock.now()
        body = event_body(delivery.event)
        headers = {
            "Content-Type": "application/json",
            **sign_standard(endpoint.keys(now), delivery.event.id, now, body),
        }
        try:
            return judge(self._poster.post(endpoint.url, headers, body))
        except SendFailed as failure:
            return no_answer(failure)

    def let_go(
        self, unit: UnitOfWork, delivery: DueDelivery, problem: str, now: datetime
    ) -> None:
        """Disable an endpoint that said that it is gone."""
        endpoint_id = delivery.subscriber.removeprefix(PREFIX)
        if unit.endpoints.disable(endpoint_id, problem, now):
            logger.error(
                "the webhook endpoint %s was disabled: it %s; enable it again with "
                "`flask checkout endpoints enable`",
                endpoint_id,
                problem,
            )
        unit.deliveries.give_up(delivery.subscriber, "the endpoint is disabled")
