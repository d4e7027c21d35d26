"""One simulator: its ledger, clock, network, webhooks and faults wired together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Flask, current_app

from checkout_kit.simulation import SimulatorClock, SimulatorParts, parts_of

from .auth import Credentials
from .chain import Network
from .customers import Customers
from .dialect import DIALECT
from .listing import Listing
from .settings import Settings
from .state import Ledger
from .wallets import Wallets
from .webhooks import WebhookEngine
from .withdrawals import Withdrawals


class Simulator(SimulatorParts):
    """All parts of a simulator, for tests that drive it without HTTP."""

    settings: Settings

    def __init__(
        self,
        credentials: Credentials,
        *,
        clock: Callable[[], datetime] | None = None,
        base_url: str | None = None,
    ) -> None:
        super().__init__(DIALECT, SimulatorClock(clock, digits=0), Settings())
        self.credentials = credentials
        self.base_url = base_url
        self.ledger = Ledger(self.clock, self.settings)
        self.listing = Listing(self.ledger)
        self.network = Network(self.ledger)
        self.wallets = Wallets(self.ledger)
        self.withdrawals = Withdrawals(self.wallets)
        self.customers = Customers(self.clock)
        self.webhooks = WebhookEngine(credentials, self.clock, self.settings)
        self.ledger.on_payment = self.webhooks.enqueue

    def start_webhooks(self) -> None:
        """Deliver webhooks from a background thread."""
        self.webhooks.background.start()

    def stop_webhooks(self) -> None:
        """End the background thread."""
        self.webhooks.background.stop()

    def deliver_due(self) -> int:
        """Send the webhooks that are due now and return how many those were."""
        return len(self.webhooks.deliver_due())


def simulator() -> Simulator:
    """Return the simulator of the current app."""
    return simulator_of(current_app)


def simulator_of(app: Flask) -> Simulator:
    """Return the simulator of `app`.

    :raises TypeError: when the app isn't a simulator.
    """
    return parts_of(app, Simulator)
