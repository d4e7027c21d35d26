"""Pings: the platform is told, unsigned, that something became of a checkout."""

from __future__ import annotations

import json
import threading
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import requests

from checkout_kit.simulation import SimulatorClock, post_webhook

from .records import Checkout
from .settings import Settings

_LOG_LIMIT = 2_000
_WAITING = "waiting"
_HEADERS = {"Content-Type": "application/json"}


@dataclass(slots=True)
class Ping:
    """One call to a platform; it is tried once, for the document knows no repetition.

    That it is a POST is what the calls to platforms show. `result` is the HTTP
    status of the answer, or the name of what went wrong.
    """

    platform_id: str
    checkout_id: str
    url: str
    body: str
    created_at: datetime
    result: str = _WAITING

    def to_json(self) -> dict[str, Any]:
        """Return the entry of the log."""
        return {
            "checkout": self.checkout_id,
            "url": self.url,
            "body": self.body,
            "result": self.result,
            "createdAt": int(self.created_at.timestamp()),
        }


class PingSender:
    """The queue of pings, sent by `deliver`."""

    def __init__(self, clock: SimulatorClock, settings: Settings) -> None:
        self._clock = clock
        self._settings = settings
        self._lock = threading.Lock()
        self._pings: deque[Ping] = deque(maxlen=_LOG_LIMIT)

    def enqueue(self, checkout: Checkout) -> None:
        """Queue the ping of a checkout, if it has an address for it."""
        if not checkout.ping_url or self._settings.pings == "off":
            return
        # What is in it is not documented: it says what happened, and proves nothing.
        body = {"requestId": checkout.request_id, "status": checkout.status}
        for _ in range(2 if self._settings.pings == "twice" else 1):
            ping = Ping(
                checkout.platform_id,
                checkout.id,
                checkout.ping_url,
                json.dumps(body),
                self._clock.now(),
            )
            with self._lock:
                self._pings.append(ping)

    def deliver(self) -> list[Ping]:
        """Send what waits, and return it."""
        with self._lock:
            due = [ping for ping in self._pings if ping.result == _WAITING]
            for ping in due:
                ping.result = "sending"
        for ping in due:
            ping.result = _send(ping)
        return due

    def replay(self) -> list[Ping]:
        """Send everything that was ever sent once more."""
        with self._lock:
            for ping in self._pings:
                ping.result = _WAITING
        return self.deliver()

    def clear(self) -> None:
        """Forget all pings."""
        with self._lock:
            self._pings.clear()

    def log(self) -> list[Ping]:
        """Return all pings, newest first."""
        with self._lock:
            return list(reversed(self._pings))


def _send(ping: Ping) -> str:
    try:
        return str(post_webhook(ping.url, ping.body.encode(), _HEADERS))
    # Some malformed addresses come back as plain ValueErrors from below requests.
    except (requests.RequestException, ValueError) as err:
        return type(err).__name__
