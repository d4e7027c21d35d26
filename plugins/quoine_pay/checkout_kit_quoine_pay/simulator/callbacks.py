"""Callbacks: every status change is posted, unsigned, to the account's one address."""

from __future__ import annotations

import json
import logging
import threading
from collections import deque
from dataclasses import dataclass
from typing import Any

import requests

from .clock import SimulatorClock, to_api_time
from .documents import to_invoice_document
from .ledger import Ledger
from .records import Invoice
from .settings import Settings

_TIMEOUT = (2, 5)
_LOG_LIMIT = 2_000
_SCAN_SECONDS = 0.5

_log = logging.getLogger(__name__)


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
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

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

    def start(self) -> None:
        """Deliver from a daemon thread of this process; a second call does nothing."""
        with self._lock:
            if self._thread is not None and self._thread.is_alive():
                return
            self._thread = threading.Thread(
                target=self._run, name="quoine-pay-simulator-callbacks", daemon=True
            )
            self._thread.start()

    def stop(self) -> None:
        """End the thread for good."""
        self._stop.set()
        with self._lock:
            thread = self._thread
        if thread is not None:
            thread.join(timeout=sum(_TIMEOUT) + 1)

    def _run(self) -> None:
        while not self._stop.wait(_SCAN_SECONDS):
            try:
                self.deliver_due()
            except Exception:
                # The thread must outlive any single delivery.
                _log.exception("a callback failed unexpectedly")

    def _send(self, delivery: Delivery) -> None:
        try:
            status = _post(delivery)
            delivery.result = str(status)
        # Some malformed addresses come back as plain ValueErrors from below requests.
        except (requests.RequestException, ValueError) as err:
            status = 0
            delivery.result = type(err).__name__
        delivery.at = to_api_time(self._clock.now())
        if 200 <= status < 300 and delivery.system_status == "captured":
            self._ledger.complete(delivery.invoice_id)


def _post(delivery: Delivery) -> int:
    with requests.Session() as session:
        # The environment's proxies and .netrc are no business of a callback.
        session.trust_env = False
        with session.post(
            delivery.url,
            data=delivery.body,
            headers={"Content-Type": "application/json", "Connection": "close"},
            timeout=_TIMEOUT,
            allow_redirects=False,
            stream=True,
        ) as response:
            return response.status_code
