"""What the benches of simulators share: time, outages, and the control API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import requests
from flask import Flask

from checkout_kit import Invoice
from checkout_kit.testing import (
    Bench,
    FakeClock,
    Fault,
    LoopbackServer,
    Spoil,
    WebhookRecorder,
)

#: A plugin gives up after 2 s in all, the kit after SHORT_DEADLINE where it is tried.
TIMEOUTS: Mapping[str, object] = MappingProxyType(
    {"read_timeout": 2.0, "total_timeout": 2.0}
)
_FAULTS: Mapping[Fault, Mapping[str, object]] = {
    # Whether the provider acted is open: it did, but nobody hears of it in time.
    Fault.TIMEOUT: {"mode": "late", "seconds": 3.0},
    Fault.RATE_LIMITED: {"mode": "429"},
    Fault.SERVER_ERROR: {"mode": "500"},
    Fault.MALFORMED: {"mode": "malformed"},
    Fault.NOT_FOUND: {"mode": "404"},
    Fault.SLOW: {"mode": "slow", "seconds": 0.6},
}


class SimulatorBench(Bench):
    """Moves a simulator, served over real HTTP, by its control API.

    :param make: makes the simulator.
    """

    server: LoopbackServer
    #: Faults that this simulator makes in a way of its own.
    own_faults: Mapping[Fault, Mapping[str, object]] = MappingProxyType({})

    def __init__(self, make: Callable[..., Flask]) -> None:
        self._clock = FakeClock()
        self.clock = self._clock
        self.app = make(clock=self._clock.now)
        self.server = LoopbackServer(self.app)
        self._session = requests.Session()
        self._session.trust_env = False

    def close(self) -> None:
        """Stop the simulator."""
        self._session.close()
        self.server.close()

    def change(self, **settings: object) -> None:
        """Set switches of the simulator."""
        self.control("POST", "/settings", settings)

    def advance(self, seconds: float) -> None:
        """Let time pass; the simulator follows the same clock."""
        self._clock.advance(seconds)

    def fail(self, fault: Fault, times: int) -> None:
        """Break the next answers of the API."""
        self._plan(times, **{**_FAULTS, **self.own_faults}[fault])

    def spoil(self, spoil: Spoil, times: int) -> None:
        """Spoil the next answers of the API."""
        self._plan(times, mode=spoil.value)

    def mistake(self, invoice: Invoice, times: int) -> None:
        """Answer about another one in the invoice's place."""
        self._plan(times, mode="other_id", text=self.id_in_answers(invoice))

    def id_in_answers(self, invoice: Invoice) -> str:
        """What names an invoice in the API's answers."""
        return str(invoice.reference)

    def control(self, method: str, path: str, body: object = None) -> Any:
        """Call the control API."""
        return self.call(method, f"/control{path}", body)

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """Call the simulator at any path."""
        answer = self._session.request(
            method, self.server.url + path, json=body, headers=headers, timeout=10
        )
        assert answer.ok, f"{method} {path}: {answer.text[:500]}"
        return answer.json()

    def _plan(self, times: int, **fault: object) -> None:
        if times:
            self.control("POST", "/faults", {**fault, "times": times})
        else:
            self.control("DELETE", "/faults")


class HearingBench(SimulatorBench):
    """The same for a provider that sends webhooks, and with what hears them.

    They are sent when they are asked for, so that none is missed.
    """

    def __init__(self, make: Callable[..., Flask], provider: str) -> None:
        super().__init__(make)
        self.app.config["SIMULATOR_THREADS"] = False
        self.recorder = WebhookRecorder(provider)
        self.shop = LoopbackServer(self.recorder)

    def close(self) -> None:
        """Stop the simulator and the recorder."""
        super().close()
        self.shop.close()
