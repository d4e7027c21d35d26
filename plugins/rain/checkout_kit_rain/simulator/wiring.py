"""One simulator: its books, clock, desk and faults wired together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Flask, current_app

from checkout_kit.simulation import SimulatorClock, SimulatorParts, parts_of, price_of

from .books import Books
from .dialect import DIALECT
from .settings import Settings
from .trading import Desk


class Simulator(SimulatorParts):
    """All parts of a simulator, for tests that drive it without HTTP."""

    settings: Settings

    def __init__(
        self, email: str, password: str, clock: Callable[[], datetime] | None = None
    ) -> None:
        super().__init__(DIALECT, SimulatorClock(clock), Settings())
        self.books = Books(self.clock, self.settings)
        self.desk = Desk(self.books)
        self.merchant = self.books.sign_up(
            email, password, "Bruce Wayne", "USA", is_admin=True
        )

    def follow_market(self) -> None:
        """Take the price that all simulators share, a thousandth dearer."""
        price = price_of("BTC", per_mille=1)
        with self.books.lock:
            # As in the document's examples, all three are the same.
            self.books.set_price(price, price, price)


def simulator() -> Simulator:
    """Return the simulator of the current app."""
    return simulator_of(current_app)


def simulator_of(app: Flask) -> Simulator:
    """Return the simulator of `app`.

    :raises TypeError: when the app isn't a simulator.
    """
    return parts_of(app, Simulator)
