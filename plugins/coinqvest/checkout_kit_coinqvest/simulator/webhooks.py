"""WEBHOOK payment: signed deliveries, repeated for 48 hours until a 200 comes back."""

from __future__ import annotations

import json
import threading
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import requests

from checkout_kit.simulation import Background, SimulatorClock, post_webhook

from .auth import Credentials
from .errors import NotFound
from .settings import Settings
from .times import to_w3c

USER_AGENT = "COINQVEST Webhook Engine 1.0.0"
# "up to 48 hours in increasing intervals": the lengths are ours.
_GIVE_UP_AFTER = timedelta(hours=48)
_INTERVALS = (10, 30, 60, 300, 900, 3600, 3 * 3600, 6 * 3600, 12 * 3600)
_LOG_LIMIT = 5_000
_ATTEMPT_LIMIT = 50


@dataclass(slots=True)
class Delivery:
    """One webhook: its bytes never change, however often it is repeated."""

    id: int
    url: str
    body: bytes
    payment_id: str
    first_due: datetime
    next_due: datetime | None
    tries: int = 0
    #: Sent once more although it was answered 200.
    is_replay: bool = False
    is_in_flight: bool = False
    has_arrived: bool = False
    attempts: list[dict[str, Any]] = field(default_factory=list)

    @property
    def state(self) -> str:
        """`pending`, `delivered` or `given_up`."""
        if self.next_due is not None or self.is_in_flight:
            return "pending"
        return "delivered" if self.has_arrived else "given_up"

    def to_json(self) -> dict[str, Any]:
        """Return the entry of the delivery log."""
        return {
            "id": self.id,
            "url": self.url,
            "paymentId": self.payment_id,
            "state": self.state,
            "nextAttempt": to_w3c(self.next_due) if self.next_due else None,
            "attempts": list(self.attempts),
            "body": self.body.decode(),
        }


class WebhookEngine:
    """The queue of deliveries, driven by `deliver_due` or by its own thread."""

    def __init__(
        self, credentials: Credentials, clock: SimulatorClock, settings: Settings
    ) -> None:
        self._credentials = credentials
        self._clock = clock
        self._settings = settings
        self._lock = threading.Lock()
        self._deliveries: deque[Delivery] = deque(maxlen=_LOG_LIMIT)
        self._count = 0
        self.background = Background("coinqvest-simulator-webhooks", self.deliver_due)

    def enqueue(self, payment: dict[str, Any], url: str | None) -> None:
        """Queue the webhook of a payment; without a URL there is nobody to tell."""
        if url is None or self._settings.webhooks == "off":
            return
        now = self._clock.now()
        copies = 2 if self._settings.webhooks == "duplicate" else 1
        with self._lock:
            for _ in range(copies):
                self._count += 1
                self._deliveries.append(
                    Delivery(
                        id=self._count,
                        url=url,
                        body=json.dumps(payment).encode(),
                        payment_id=str(payment["id"]),
                        first_due=now,
                        next_due=now,
                    )
                )

    def deliver_due(self, *, force: bool = False) -> list[dict[str, Any]]:
        """Send everything that is due, each once, and return those log entries.

        :param force: send what waits for a later attempt as well.
        """
        now = self._clock.now()
        with self._lock:
            due = [
                delivery
                for delivery in self._deliveries
                if delivery.next_due is not None
                and not delivery.is_in_flight
                and (force or delivery.next_due <= now)
            ]
            for delivery in due:
                delivery.is_in_flight = True
        for delivery in due:
            self._attempt(delivery)
        with self._lock:
            return [delivery.to_json() for delivery in due]

    def replay(self, delivery_id: int | None = None) -> list[dict[str, Any]]:
        """Send finished deliveries once more, bytes and signature unchanged.

        :param delivery_id: only this one, else all.
        :raises NotFound: when there is no such delivery.
        """
        now = self._clock.now()
        with self._lock:
            chosen = [d for d in self._deliveries if delivery_id in (None, d.id)]
            if delivery_id is not None and not chosen:
                raise NotFound("The delivery does not exist.")
            chosen = [d for d in chosen if not d.is_in_flight]
            for delivery in chosen:
                delivery.is_replay = delivery.next_due is None
                delivery.next_due = delivery.next_due or now
                delivery.is_in_flight = True
        for delivery in chosen:
            self._attempt(delivery)
        with self._lock:
            return [delivery.to_json() for delivery in chosen]

    def log(self) -> list[dict[str, Any]]:
        """Return all deliveries, newest first."""
        with self._lock:
            return [delivery.to_json() for delivery in reversed(self._deliveries)]

    def _attempt(self, delivery: Delivery) -> None:
        attempt: dict[str, Any] = {"at": to_w3c(self._clock.now()), "status": None}
        try:
            status = self._post(delivery)
            attempt["status"] = status
        # Some malformed URLs come back as plain ValueErrors from below requests.
        except (requests.RequestException, ValueError) as err:
            status = 0
            attempt["error"] = type(err).__name__
        with self._lock:
            delivery.is_in_flight = False
            delivery.attempts.append(attempt)
            del delivery.attempts[:-_ATTEMPT_LIMIT]
            # "until we detect a 200 status code": no other code will do.
            delivery.has_arrived = delivery.has_arrived or status == 200
            if status == 200 or delivery.is_replay:
                delivery.next_due = None
            else:
                delivery.next_due = self._next_due(delivery)
            delivery.is_replay = False

    def _next_due(self, delivery: Delivery) -> datetime | None:
        step = _INTERVALS[min(delivery.tries, len(_INTERVALS) - 1)]
        delivery.tries += 1
        following = self._clock.now() + timedelta(seconds=step)
        return following if following <= delivery.first_due + _GIVE_UP_AFTER else None

    def _post(self, delivery: Delivery) -> int:
        headers = {
            "User-Agent": USER_AGENT,
            "Accept": "*/*",
            "Content-Type": "application/json",
            "X-Webhook-Auth": self._credentials.sign_webhook(delivery.body),
        }
        if self._settings.webhooks == "bad_signature":
            headers["X-Webhook-Auth"] = "0" * 64
        elif self._settings.webhooks == "no_signature":
            del headers["X-Webhook-Auth"]
        return post_webhook(delivery.url, delivery.body, headers)
