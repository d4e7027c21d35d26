"""Quoine Pay's bench: its simulator over real HTTP, moved by its control API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from checkout_kit import Invoice, Money, NotSupported, WebhookRequest
from checkout_kit.testing import (
    Fault,
    Memo,
    ProviderUnderTest,
)
from checkout_kit_quoine_pay.plugin import QuoinePayPlugin
from checkout_kit_quoine_pay.simulator import (
    SIMULATOR_USER_ID,
    SIMULATOR_USER_SECRET,
    create_simulator,
)
from tests.conformance.simulator_bench import TIMEOUTS, HearingBench

# What the simulator's invoices are that were made to hear a price.
_PRICE_REQUEST = "checkout-kit:price-request"


class QuoinePayBench(HearingBench):
    """Moves the simulator; its account belongs to nobody else.

    The API never says whether a part payment is confirmed. By default the plugin waits
    for three hours, so that the scenarios of part payments run with the setting that
    counts them at once; ``test_quoine_pay_conformance`` tries the default, too.
    """

    # A bitcoin address takes nothing but bitcoin, and the API lists invoices alone.
    reports_strays = False
    signs_webhooks = False
    own_faults: Mapping[Fault, Mapping[str, object]] = {
        Fault.TIMEOUT: {"mode": "slow", "seconds": 3.0},
        # The API's usage limit is a 503, told from an outage by its words alone.
        Fault.RATE_LIMITED: {"mode": "503_limit"},
    }

    def __init__(self) -> None:
        super().__init__(create_simulator, "quoine_pay")

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
                **TIMEOUTS,
                **settings,
            },
            plugin=QuoinePayPlugin,
            public_url=self.shop.url,
        )

    def count_invoices(self) -> int:
        """Count the invoices but for price requests, whose address nobody is shown."""
        return sum(i["data"] != _PRICE_REQUEST for i in self.invoices())

    def count_price_requests(self) -> int:
        """Count the invoices that were made to hear a price."""
        return sum(i["data"] == _PRICE_REQUEST for i in self.invoices())

    def invoices(self) -> Sequence[Mapping[str, Any]]:
        """All invoices of the account, newest first."""
        found: Sequence[Mapping[str, Any]] = self.control("GET", "/invoices")[
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
        self.control("POST", f"/invoices/{external_id}/confirm", {})

    def reverse(self, external_id: str) -> None:
        """Take a transfer back."""
        self.control("POST", f"/invoices/{external_id}/reverse", {})

    def plan(self, **fault: object) -> None:
        """Plan a fault of the simulator."""
        self.control("POST", "/faults", fault)

    def webhooks(self) -> Sequence[WebhookRequest]:
        """Have all that waits sent, and read what has arrived."""
        self.control("POST", "/callbacks/deliver", {})
        return self.recorder.requests

    def change_profile(self, **profile: object) -> Any:
        """Change the merchant's account, and return what it is then."""
        return self.control("POST", "/profile", profile)

    def _pay(self, invoice: Invoice, **details: object) -> str:
        path = f"/invoices/{invoice.reference}/pay"
        paid = self.control("POST", path, details)
        return str(paid["invoice"]["id"])
