"""One simulator: its books, clock, desk and faults wired together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Flask, current_app

from .books import Books
from .clock import SimulatorClock
from .faults import FaultPlan
from .settings import Settings
from .trading import Desk

_EXTENSION = "rain_simulator"


class Simulator:
    """All parts of a simulator, for tests that drive it without HTTP."""

    def __init__(
        self, email: str, password: str, clock: Callable[[], datetime] | None = None
    ) -> None:
        self.clock = SimulatorClock(clock)
        self.settings = Settings()
        self.books = Books(self.clock, self.settings)
        self.desk = Desk(self.books)
        self.faults = FaultPlan()
        self.merchant = self.books.sign_up(
            email, password, "Bruce Wayne", "USA", is_admin=True
        )


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
        raise TypeError("this Flask app is no Rain simulator")
    return parts
