"""One simulator: its ledger, clock, gate, callbacks and faults wired together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Flask, current_app

from .auth import Credentials, Gate
from .callbacks import CallbackSender
from .clock import SimulatorClock
from .faults import FaultPlan
from .ledger import Ledger
from .settings import Settings

_EXTENSION = "quoine_pay_simulator"


class Simulator:
    """All parts of a simulator, for tests that drive it without HTTP."""

    def __init__(
        self, credentials: Credentials, clock: Callable[[], datetime] | None = None
    ) -> None:
        self.clock = SimulatorClock(clock)
        self.settings = Settings()
        self.gate = Gate(credentials)
        self.ledger = Ledger(self.clock, self.settings)
        self.callbacks = CallbackSender(self.ledger, self.clock, self.settings)
        self.ledger.on_status = self.callbacks.enqueue
        self.faults = FaultPlan()


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
        raise TypeError("this Flask app is no Quoine Pay simulator")
    return parts
