"""Quoine Pay's bench: its simulator over real HTTP, moved by its control API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import requests

from checkout_kit import Invoice, Money, NotSupported, WebhookRequest
from checkout_kit.testing import (
    Bench,
    FakeClock,
    Fault,
    LoopbackServer,
    Memo,
    ProviderUnderTest,
    Spoil,
    WebhookRecorder,
)
from checkout_kit_quoine_pay.plugin import QuoinePayPlugin
from checkout_kit_quoine_pay.simulator import (
    SIMULATOR_USER_ID,
    SIMULATOR_USER_SECRET,
    create_simulator,
)

# The plugin gives up after 2 s in all, the kit after SHORT_DEADLINE where it is tried.
_TIMEOUTS = {"read_timeout": 2.0, "total_timeout": 2.0}
_FAULTS: Mapping[Fault, Mapping[str, object]] = {
    Fault.TIMEOUT: {"mode": "slow", "seconds": 3.0},
    # The API's usage limit is a 503, told from an outage by its words alone.
    Fault.RATE_LIMITED: {"mode": "503_limit"},
    Fault.SERVER_ERROR: {"mode": "500"},
    Fault.MALFORMED: {"mode": "malformed"},
    Fault.NOT_FOUND: {"mode": "404"},
    Fault.SLOW: {"mode": "slow", "seconds": 0.6},
}
# What the simulator's invoices are that were made to hear a price.
_PRICE_REQUEST = "checkout-kit:price-request"


class QuoinePayBench(Bench):
    """Moves the simulator; its account belongs to nobody else.

    The API never says whether a part payment is confirmed. By default the plugin waits
    for three hours, so that the scenarios of part payments run with the setting that
    counts them at once; ``test_quoine_pay_conformance`` tries the default, too.
    """

    # A bitcoin address takes nothing but bitcoin, and the API lists invoices alone.
    reports_strays = False
    signs_webhooks = False

    server: LoopbackServer

    def __init__(self) -> None:
        self._clock = FakeClock()
        self.clock = self._clock
        simulator = create_simulator(clock=self._clock.now)
        # Callbacks are sent when they are asked for, so that none is missed.
        simulator.config["SIMULATOR_THREADS"] = False
        self._recorder = WebhookRecorder("quoine_pay")
        self._shop = LoopbackServer(self._recorder)
        self.server = LoopbackServer(simulator)
        self._session = requests.Session()
        self._session.trust_env = False

    def close(self) -> None:
        """Stop the simulator and the recorder."""
        self._session.close()
        self.server.close()
        self._shop.close()

    def under_test(self, **settings: Any) -> ProviderUnderTest:
        """Quoine Pay as the conformance kit tries it."""
        return ProviderUnderTest(
            "quoine_pay",
            self,
            {
                "user_id": SIMULATOR_USER_ID,
                "user_secret": SIMULATOR_USER_SECRET,
                "base_url": f"{self.server.url}/api/v1",
                "test_mode": True,
                "part_payment_minutes": 0,
                **_TIMEOUTS,
                **settings,
            },
            plugin=QuoinePayPlugin,
            public_url=self._shop.url,
        )

    def change(self, **settings: object) -> None:
        """Set switches of the simulator."""
        self._control("POST", "/settings", settings)

    def advance(self, seconds: float) -> None:
        """Let time pass; the simulator follows the same clock."""
        self._clock.advance(seconds)

    def count_invoices(self) -> int:
        """Count the invoices but for price requests, whose address nobody is shown."""
        return sum(i["data"] != _PRICE_REQUEST for i in self.invoices())

    def count_price_requests(self) -> int:
        """Count the invoices that were made to hear a price."""
        return sum(i["data"] == _PRICE_REQUEST for i in self.invoices())

    def invoices(self) -> Sequence[Mapping[str, Any]]:
        """All invoices of the account, newest first."""
        found: Sequence[Mapping[str, Any]] = self._control("GET", "/invoices")[
            "invoices"
        ]
        return found

    def count_settlements(self, invoice: Invoice) -> int:
        """Count the captures, of which an invoice has one at most."""
        states = [
            i["system_status"]
            for i in self.invoices()
            if str(i["id"]) == invoice.reference
        ]
        return sum(state in ("captured", "complete") for state in states)

    def pay(
        self,
        invoice: Invoice,
        amount: Money | None = None,
        *,
        memo: Memo = Memo.AS_SHOWN,
        confirmed: bool = True,
    ) -> str:
        """Send bitcoin; the payment is named after its invoice."""
        return self._pay(
            invoice,
            amount=(amount or invoice.amount).to_text(),
            confirm=confirmed,
        )

    def pay_wrong_asset(self, invoice: Invoice) -> str:
        """There is no way."""
        raise NotSupported("a bitcoin address takes nothing but bitcoin")

    def announce(self, invoice: Invoice) -> str:
        """Let the network see a transfer that is not in the balance yet."""
        return self._pay(invoice, scenario="seen")

    def confirm(self, external_id: str) -> None:
        """Confirm a transfer."""
        self._control("POST", f"/invoices/{external_id}/confirm", {})

    def reverse(self, external_id: str) -> None:
        """Take a transfer back."""
        self._control("POST", f"/invoices/{external_id}/reverse", {})

    def fail(self, fault: Fault, times: int) -> None:
        """Break the next answers of the API."""
        if times:
            self.plan(times=times, **_FAULTS[fault])
        else:
            self._control("DELETE", "/faults")

    def spoil(self, spoil: Spoil, times: int) -> None:
        """Spoil the next answers of the API."""
        if times:
            self._control("POST", "/faults", {"mode": spoil.value, "times": times})
        else:
            self._control("DELETE", "/faults")

    def mistake(self, invoice: Invoice, times: int) -> None:
        """Answer about another one in the invoice's place."""
        if times:
            fault = {"mode": "other_id", "times": times, "text": invoice.reference}
            self._control("POST", "/faults", fault)
        else:
            self._control("DELETE", "/faults")

    def plan(self, **fault: object) -> None:
        """Plan a fault of the simulator."""
        self._control("POST", "/faults", fault)

    def webhooks(self) -> Sequence[WebhookRequest]:
        """Have all that waits sent, and read what has arrived."""
        self._control("POST", "/callbacks/deliver", {})
        return self._recorder.requests

    def change_profile(self, **profile: object) -> Any:
        """Change the merchant's account, and return what it is then."""
        return self._control("POST", "/profile", profile)

    def _pay(self, invoice: Invoice, **details: object) -> str:
        path = f"/invoices/{invoice.reference}/pay"
        paid = self._control("POST", path, details)
        return str(paid["invoice"]["id"])

    def _control(self, method: str, path: str, body: object = None) -> Any:
        answer = self._session.request(
            method, f"{self.server.url}/control{path}", json=body, timeout=10
        )
        assert answer.ok, f"{method} {path}: {answer.text[:500]}"
        return answer.json()
