"""One simulator: its ledger, clock, network, webhooks and faults wired together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Flask, current_app

from .auth import Credentials
from .chain import Network
from .clock import SimulatorClock
from .customers import Customers
from .faults import FaultPlan
from .listing import Listing
from .settings import Settings
from .state import Ledger
from .wallets import Wallets
from .webhooks import WebhookEngine
from .withdrawals import Withdrawals

_EXTENSION = "coinqvest_simulator"


class Simulator:
    """All parts of a simulator, for tests that drive it without HTTP."""

    def __init__(
        self,
        credentials: Credentials,
        *,
        clock: Callable[[], datetime] | None = None,
        base_url: str | None = None,
    ) -> None:
        self.credentials = credentials
        self.base_url = base_url
        self.clock = SimulatorClock(clock)
        self.settings = Settings()
        self.ledger = Ledger(self.clock, self.settings)
        self.listing = Listing(self.ledger)
        self.network = Network(self.ledger)
        self.wallets = Wallets(self.ledger)
        self.withdrawals = Withdrawals(self.wallets)
        self.customers = Customers(self.clock)
        self.faults = FaultPlan()
        self.webhooks = WebhookEngine(credentials, self.clock, self.settings)
        self.ledger.on_payment = self.webhooks.enqueue

    def start_webhooks(self) -> None:
        """Deliver webhooks from a background thread."""
        self.webhooks.start()

    def stop_webhooks(self) -> None:
        """End the background thread."""
        self.webhooks.stop()

    def deliver_due(self) -> int:
        """Send the webhooks that are due now and return how many those were."""
        return len(self.webhooks.deliver_due())


def attach(app: Flask, parts: Simulator) -> None:
    """Make `parts` the simulator of `app`."""
    app.extensions[_EXTENSION] = parts


def simulator() -> Simulator:
    """Return the simulator of the current app."""
    return simulator_of(current_app)


def simulator_of(app: Flask) -> Simulator:
    """Return the simulator of `app`.

    :raises TypeError: when the app isn't a simulator.
    """
    parts = app.extensions.get(_EXTENSION)
    if not isinstance(parts, Simulator):
        raise TypeError("this Flask app is no COINQVEST simulator")
    return parts
