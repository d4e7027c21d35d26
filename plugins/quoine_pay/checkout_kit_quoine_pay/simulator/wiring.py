"""One simulator: its ledger, clock, gate, callbacks and faults wired together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Flask, current_app

from checkout_kit.simulation import (
    ApiAuthGate,
    SimulatorClock,
    SimulatorParts,
    parts_of,
    price_of,
)

from .callbacks import CallbackSender
from .dialect import DIALECT
from .ledger import Ledger
from .settings import Settings


class Simulator(SimulatorParts):
    """All parts of a simulator, for tests that drive it without HTTP."""

    settings: Settings

    def __init__(
        self,
        user: tuple[str, str],
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        super().__init__(DIALECT, SimulatorClock(clock, digits=3), Settings())
        user_id, secret = user
        self.gate = ApiAuthGate({user_id: secret}.get)
        self.ledger = Ledger(self.clock, self.settings)
        self.callbacks = CallbackSender(self.ledger, self.clock, self.settings)
        self.ledger.on_status = self.callbacks.enqueue

    def follow_market(self) -> None:
        """Take the price that all simulators share, two thousandths cheaper."""
        self.ledger.follow(price_of("BTC", per_mille=-2))


def simulator() -> Simulator:
    """Return the simulator of the current app."""
    return simulator_of(current_app)


def simulator_of(app: Flask) -> Simulator:
    """Return the simulator of `app`.

    :raises TypeError: when the app isn't a simulator.
    """
    return parts_of(app, Simulator)
