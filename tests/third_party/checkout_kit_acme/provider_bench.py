"""The bench: how the conformance kit moves the simulator."""

from __future__ import annotations

from collections.abc import Sequence

from checkout_kit import Invoice, Money, WebhookRequest
from checkout_kit.simulation import Fault as PlannedFault
from checkout_kit.simulation import parts_of
from checkout_kit.testing import (
    Bench,
    FakeClock,
    Fault,
    LoopbackServer,
    Memo,
    ProviderUnderTest,
    Spoil,
)

from checkout_kit_acme.simulator import (
    API_KEY,
    Simulator,
    create_simulator,
)

#: How the simulator plays each fault, and for how many seconds.
FAULTS = {
    Fault.TIMEOUT: ("late", 3.0),
    Fault.RATE_LIMITED: ("429", 60.0),
    Fault.SERVER_ERROR: ("500", 1.0),
    Fault.MALFORMED: ("html", 1.0),
    Fault.NOT_FOUND: ("404", 1.0),
    Fault.SLOW: ("late", 0.6),
}


class ProviderBench(Bench):
    """Moves the simulator; the plugin talks to it over HTTP."""

    server: LoopbackServer

    def __init__(self) -> None:
        self._clock = FakeClock()
        self.clock = self._clock
        app = create_simulator(self._clock.now)
        self.simulator = parts_of(app, Simulator)
        self.server = LoopbackServer(app)

    def close(self) -> None:
        """Stop the simulator."""
        self.server.close()

    def under_test(self) -> ProviderUnderTest:
        """The plugin, found by its entry point, with the simulator's settings."""
        settings = {
            "api_key": API_KEY,
            "base_url": f"{self.server.url}/api",
            "timeout": 2.0,
            "test_mode": True,
        }
        return ProviderUnderTest("acme", self, settings)

    def advance(self, seconds: float) -> None:
        self._clock.advance(seconds)

    def count_invoices(self) -> int:
        return len(self.simulator.invoices)

    def pay(
        self,
        invoice: Invoice,
        amount: Money | None = None,
        *,
        memo: Memo = Memo.AS_SHOWN,
        confirmed: bool = True,
    ) -> str:
        reference = invoice.reference if memo is Memo.AS_SHOWN else None
        sent = f"{(amount or invoice.amount).amount:f}"
        return self.simulator.deposit(reference, sent, "final" if confirmed else "seen")

    def pay_wrong_asset(self, invoice: Invoice) -> str:
        return self.simulator.deposit(invoice.reference, "9.0000000", "final", "USD")

    def pay_nobody(self) -> str:
        return self.simulator.deposit(None, "5.0000000", "final")

    def confirm(self, external_id: str) -> None:
        self.simulator.deposits[external_id]["status"] = "final"

    def reverse(self, external_id: str) -> None:
        self.simulator.deposits[external_id]["status"] = "gone"

    def fail(self, fault: Fault, times: int) -> None:
        self.simulator.faults.clear()
        if times:
            mode, seconds = FAULTS[fault]
            self.simulator.faults.add(PlannedFault(mode, times, seconds=seconds))

    def spoil(self, spoil: Spoil, times: int) -> None:
        self.simulator.faults.clear()
        if times:
            self.simulator.faults.add(PlannedFault(spoil.value, times))

    def mistake(self, invoice: Invoice, times: int) -> None:
        self.simulator.faults.clear()
        if times:
            text = str(invoice.reference)
            self.simulator.faults.add(PlannedFault("other_id", times, text=text))

    def webhooks(self) -> Sequence[WebhookRequest]:
        return [
            WebhookRequest("POST", "", headers, body)
            for headers, body in self.simulator.webhooks
        ]
