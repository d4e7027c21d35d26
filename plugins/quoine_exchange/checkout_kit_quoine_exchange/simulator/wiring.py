"""One simulator: its books, prices, Pusher, clock, gate and faults wired together."""

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

from .books import Books
from .dialect import DIALECT
from .prices import Prices
from .pusher import PusherHub
from .settings import Settings


class Simulator(SimulatorParts):
    """All parts of a simulator, for tests that drive it without HTTP."""

    settings: Settings

    def __init__(
        self,
        vendor: tuple[str, str],
        pusher_key: str,
        clock: Callable[[], datetime] | None = None,
        tick_seconds: float | None = None,
    ) -> None:
        super().__init__(DIALECT, SimulatorClock(clock), Settings())
        self.vendor_id, self._vendor_secret = vendor
        self.gate = ApiAuthGate(self._secret_of)
        self.books = Books(self.settings)
        self.prices = Prices()
        self.hub = PusherHub(pusher_key, self._greetings, tick_seconds)

    def follow_market(self) -> None:
        """Take the prices that all simulators share, with a spread of a thousandth."""
        for product in self.prices.products():
            base, counter = product.code[:3].upper(), product.code[3:].upper()
            bid, ask = price_of(base, counter), price_of(base, counter, per_mille=1)
            self.prices.change(product.code, bid, ask, bid)

    def _secret_of(self, signer: str) -> str | None:
        if signer == self.vendor_id:
            return self._vendor_secret
        user = self.books.users.get(int(signer)) if signer.isdecimal() else None
        return user.secret if user else None

    def _greetings(self, channel: str) -> list[tuple[str, object]]:
        return self.prices.messages_on(channel) if self.settings.greets else []


def simulator() -> Simulator:
    """Return the simulator of the current app."""
    return simulator_of(current_app)


def simulator_of(app: Flask) -> Simulator:
    """Return the simulator of `app`.

    :raises TypeError: when the app isn't a simulator.
    """
    return parts_of(app, Simulator)
