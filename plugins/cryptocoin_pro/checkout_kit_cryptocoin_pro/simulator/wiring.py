"""One simulator: its books, desk, pages and pings wired together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask import Flask, current_app

from checkout_kit.simulation import (
    Background,
    Dialect,
    Refusal,
    SimulatorClock,
    SimulatorParts,
    parts_of,
)

from .amounts import cut, plus
from .books import Books
from .depositing import Cashier
from .links import Links
from .market import Asset
from .opening import open_accounts
from .pings import PingSender
from .quoting import Quoter
from .settings import Settings
from .trading import Desk
from .transferring import Courier
from .visits import Visits

API_PREFIX = "/api/v1"


def _to_error(status: int, message: str) -> dict[str, Any]:
    return {"message": message}


_DIALECT = Dialect(
    "CryptoCoin.pro",
    API_PREFIX,
    _to_error,
    {
        "500": Refusal(500, "Server Error"),
        "503": Refusal(503, "Service Unavailable"),
        "429": Refusal(429, "Too Many Attempts."),
    },
)


class Simulator(SimulatorParts):
    """All parts of a simulator, for tests that drive it without HTTP."""

    settings: Settings

    def __init__(
        self, public_key: str, clock: Callable[[], datetime] | None = None
    ) -> None:
        super().__init__(_DIALECT, SimulatorClock(clock, digits=3), Settings())
        self._public_key = public_key
        self.links = Links()
        self.pings = PingSender(self.clock, self.settings)
        #: Lets checkouts expire by themselves, and sends pings.
        self.background = Background("cryptocoin-pro-simulator", self._work_on)
        self._follows_market = False
        self.start_over()

    def follow_market(self) -> None:
        """Take the prices that all simulators share, for good."""
        self._follows_market = True
        with self.books.lock:
            self.books.market.follow()

    def start_over(self) -> None:
        """Forget everything that ever happened."""
        self.clock.reset()
        self.faults.clear()
        self.settings.change(Settings().to_json())
        self.pings.clear()
        self.books = Books(self.clock, self.settings)
        if self._follows_market:
            self.books.market.follow()
        self.desk = Desk(self.books)
        self.cashier = Cashier(self.books, self.desk)
        self.quoter = Quoter(self.books, self.desk)
        self.courier = Courier(self.books, self.desk)
        self.visits = Visits(self.books, self.desk, self.quoter)
        #: What was last asked the price of, by symbol: what a buyer is likely to send.
        self.hints: dict[str, Decimal] = {}
        self.desk.on_status = self.visits.settle
        self.visits.on_change = self.pings.enqueue
        self.merchant = open_accounts(self.books, self._public_key)

    def work(self) -> None:
        """Let time do its work."""
        with self.books.lock:
            self.desk.work()
            self.visits.work()

    def _work_on(self) -> None:
        self.work()
        self.pings.deliver()

    def hint(self, asset: Asset, amount: Decimal) -> None:
        """Note how much of an asset somebody is likely to send, rounded up."""
        smallest = Decimal(1).scaleb(-asset.places)
        exact = cut(amount, asset.places)
        self.hints[asset.symbol] = exact if exact == amount else plus(exact, smallest)


def simulator() -> Simulator:
    """Return the simulator of the current app."""
    return simulator_of(current_app)


def simulator_of(app: Flask) -> Simulator:
    """Return the simulator of `app`.

    :raises TypeError: when the app isn't a simulator.
    """
    return parts_of(app, Simulator)
