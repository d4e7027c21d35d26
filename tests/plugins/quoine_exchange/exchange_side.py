"""A simulated exchange on loopback, and a plugin that talks to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from checkout_kit import (
    Charge,
    Checkout,
    Currency,
    LineItem,
    Money,
    ProviderContext,
    ProviderError,
    Settlement,
)
from checkout_kit.domain.states import CheckoutFacts, derive_status
from checkout_kit.simulation import Fault
from checkout_kit.testing import FakeClock, LoopbackServer, MemoryOperation
from checkout_kit_quoine_exchange import QuoineExchangePlugin
from checkout_kit_quoine_exchange.config import QuoineExchangeSettingsSchema
from checkout_kit_quoine_exchange.simulator import (
    SIMULATOR_PUSHER_KEY,
    SIMULATOR_VENDOR_ID,
    SIMULATOR_VENDOR_SECRET,
    create_simulator,
    simulator_of,
)

# The simulator's example user and its accounts.
USER_ID, USD_ACCOUNT, JPY_ACCOUNT = 1200, 2300, 9478
USER_SECRET, AUTH_CODE = "myUserSecret", "13332"
FUND = f"/accounts/{USD_ACCOUNT}/fund"
FIFTY = Money("50.00", "USD")


class Exchange:
    """The simulator, served; its clock is the plugin's."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        app = create_simulator(clock=self.clock.now)
        self.parts = simulator_of(app)
        self._server = LoopbackServer(app)
        self.url = self._server.url

    def close(self) -> None:
        """Stop serving."""
        self.parts.hub.disconnect_all()
        self._server.close()

    def settings(self, **changes: Any) -> dict[str, Any]:
        """The settings of a plugin that talks to it."""
        return {
            "vendor_id": SIMULATOR_VENDOR_ID,
            "vendor_secret": SIMULATOR_VENDOR_SECRET,
            "base_url": f"{self.url}/vendor",
            "user_id": USER_ID,
            "test_mode": True,
            "read_timeout": 2.0,
            "total_timeout": 2.0,
            **changes,
        }

    def pusher(self, **changes: Any) -> dict[str, Any]:
        """The settings that rates need."""
        return {
            "pusher_key": SIMULATOR_PUSHER_KEY,
            "pusher_host": "127.0.0.1",
            "pusher_port": int(self.url.rpartition(":")[2]),
            "pusher_secure": False,
            "pairs": {"BTC/USD": 1, "BTC/JPY": 5},
            **changes,
        }

    def plugin(self, **changes: Any) -> QuoineExchangePlugin:
        """Make a plugin that talks to it."""
        settings = QuoineExchangeSettingsSchema().load(self.settings(**changes))
        url = "https://shop.example.com/checkout/hooks/quoine_exchange"
        context = ProviderContext("quoine_exchange", url, self.clock)
        return QuoineExchangePlugin(settings, context)

    def fail(self, mode: str, path: str, method: str = "", times: int = 1) -> None:
        """Break the next requests to a path."""
        self.parts.faults.add(Fault(mode, times, path, method))

    def balance(self, account: int = USD_ACCOUNT) -> Decimal:
        """What an account holds."""
        return self.parts.books.accounts[account].balance

    def moved(self) -> list[Decimal]:
        """Every movement that was really made."""
        return [movement.amount for movement in self.parts.books.movements]


@contextmanager
def running_exchange() -> Iterator[Exchange]:
    exchange = Exchange()
    try:
        yield exchange
    finally:
        exchange.close()


def make_checkout(clock: FakeClock, currency: str = "USD") -> Checkout:
    charge = Charge(currency, [LineItem("T-Shirt", "50")])
    now = clock.now()
    expires_at = now + timedelta(days=1)
    facts = CheckoutFacts(charge.total, Decimal(0), expires_at, ())
    return Checkout(
        id="c" * 32,
        token="t" * 32,
        store_id="default",
        charge=charge,
        settlement_currency=Currency.parse(currency),
        created_at=now,
        expires_at=expires_at,
        tolerance=Decimal(0),
        status=derive_status(facts, now),
    )


def settle(
    exchange: Exchange,
    plugin: QuoineExchangePlugin,
    operation: MemoryOperation,
    amount: Money = FIFTY,
) -> Settlement:
    """Fund the account."""
    checkout = make_checkout(exchange.clock, amount.currency.code)
    return plugin.settle_invoice(checkout, amount, operation)


def lose(
    exchange: Exchange,
    plugin: QuoineExchangePlugin,
    operation: MemoryOperation,
    mode: str = "drop",
) -> None:
    """Fund, and lose the answer."""
    exchange.fail(mode, FUND)
    with pytest.raises(ProviderError):
        settle(exchange, plugin, operation)
