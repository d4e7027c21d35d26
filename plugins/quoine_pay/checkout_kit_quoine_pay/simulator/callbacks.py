"""Callbacks: every status change is posted, unsigned, to the account's one address."""

from __future__ import annotations

import json
import threading
from collections import deque
from dataclasses import dataclass
from typing import Any

import requests

from checkout_kit.simulation import Background, SimulatorClock, post_webhook

from .documents import to_invoice_document
from .ledger import Ledger
from .records import Invoice
from .settings import Settings
from .times import to_api_time

_LOG_LIMIT = 2_000
_HEADERS = {"Content-Type": "application/json"}


@dataclass(slots=True)
class Delivery:
    """One callback; it is tried once, for the document knows no repetition."""

    id: int
    url: str
    body: bytes
    invoice_id: int
    system_status: str
    result: str = "waiting"
    at: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the entry of the log."""
        return {
            "id": self.id,
            "url": self.url,
            "invoice": self.invoice_id,
            "systemStatus": self.system_status,
            "result": self.result,
            "at": self.at,
        }


class CallbackSender:
    """The queue of callbacks, driven by `deliver_due` or by its own thread."""

    def __init__(
        self, ledger: Ledger, clock: SimulatorClock, settings: Settings
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._settings = settings
        self._lock = threading.Lock()
        self._deliveries: deque[Delivery] = deque(maxlen=_LOG_LIMIT)
        self._count = 0
        self.background = Background("quoine-pay-simulator-callbacks", self.deliver_due)

    def enqueue(self, invoice: Invoice) -> None:
        """Queue the callback of an invoice; without an address nobody is told."""
        url = self._ledger.profile.callback
        if url is None or self._settings.callbacks == "off":
            return
        document = {"invoice": to_invoice_document(invoice, self._settings)}
        copies = 2 if self._settings.callbacks == "twice" else 1
        with self._lock:
            for _ in range(copies):
                self._count += 1
                self._deliveries.append(
                    Delivery(
                        self._count,
                        url,
                        json.dumps(document).encode(),
                        invoice.id,
                        invoice.status,
                    )
                )

    def deliver_due(self) -> list[dict[str, Any]]:
        """Let time do its work, send what waits, and return those log entries."""
        self._ledger.settle_all()
        with self._lock:
            due = [d for d in self._deliveries if d.result == "waiting"]
            for delivery in due:
                delivery.result = "sending"
        for delivery in due:
            self._send(delivery)
        return [delivery.to_json() for delivery in due]

    def replay(self) -> list[dict[str, Any]]:
        """Send everything that was ever sent once more."""
        with self._lock:
            for delivery in self._deliveries:
                delivery.result = "waiting"
        return self.deliver_due()

    def log(self) -> list[dict[str, Any]]:
        """Return all deliveries, newest first."""
        with self._lock:
            return [delivery.to_json() for delivery in reversed(self._deliveries)]

    def _send(self, delivery: Delivery) -> None:
        try:
            status = post_webhook(delivery.url, delivery.body, _HEADERS)
            delivery.result = str(status)
        # Some malformed addresses come back as plain ValueErrors from below requests.
        except (requests.RequestException, ValueError) as err:
            status = 0
            delivery.result = type(err).__name__
        delivery.at = to_api_time(self._clock.now())
        if 200 <= status < 300 and delivery.system_status == "captured":
            self._ledger.complete(delivery.invoice_id)
