"""COINQVEST's bench: its simulator over real HTTP, moved by its control API."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import requests

from checkout_kit import (
    Currency,
    Invoice,
    Money,
    WebhookRequest,
    WithdrawalRequest,
    WithdrawalTarget,
)
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
from checkout_kit_coinqvest.payloads import from_asset
from checkout_kit_coinqvest.plugin import CoinqvestPlugin
from checkout_kit_coinqvest.simulator import (
    SIMULATOR_API_KEY,
    SIMULATOR_API_SECRET,
    create_simulator,
)

# The document's example wallet, and its example account for a withdrawal from it.
_WALLET = "USD:GDUKMGUGDZQK6YHYA5Z6AY2G4XDSZPSZ3SW5UN3ARVMO6QSRDWP5YLEX"
_OWN_ACCOUNT = "GASKYWPPQ2VSO6KNIPIRVXMSSDGZLYZQ67CDTLVXOXYDG26SPZ66EDCQ"
# The plugin gives up after 2 s in all, the kit after SHORT_DEADLINE where it is tried.
_TIMEOUTS = {"read_timeout": 2.0, "total_timeout": 2.0}
_FAULTS: Mapping[Fault, Mapping[str, object]] = {
    Fault.TIMEOUT: {"mode": "slow", "seconds": 3.0},
    Fault.RATE_LIMITED: {"mode": "429"},
    Fault.SERVER_ERROR: {"mode": "500"},
    Fault.MALFORMED: {"mode": "malformed"},
    Fault.NOT_FOUND: {"mode": "404"},
    Fault.SLOW: {"mode": "slow", "seconds": 0.6},
}


class CoinqvestBench(Bench):
    """Moves the simulator; its account belongs to nobody else."""

    # The API lists no deposit that misses its memo or tag.
    reports_strays = False

    server: LoopbackServer

    def __init__(self) -> None:
        self._clock = FakeClock()
        self.clock = self._clock
        simulator = create_simulator(clock=self._clock.now)
        # Webhooks are sent when they are asked for, so that none is missed.
        simulator.config["SIMULATOR_THREADS"] = False
        self._recorder = WebhookRecorder("coinqvest")
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
        """COINQVEST as the conformance kit tries it."""
        return ProviderUnderTest(
            "coinqvest",
            self,
            {
                "api_key": SIMULATOR_API_KEY,
                "api_secret": SIMULATOR_API_SECRET,
                "base_url": f"{self.server.url}/api/v1",
                "test_mode": True,
                **_TIMEOUTS,
                **settings,
            },
            plugin=CoinqvestPlugin,
            method=None if settings.get("hosted") else "XLM",
            below_minimum=None if settings.get("hosted") else ("2.00", "BTC"),
            public_url=self._shop.url,
        )

    def change(self, **settings: object) -> None:
        """Set switches of the simulator."""
        self._control("POST", "/settings", settings)

    def advance(self, seconds: float) -> None:
        """Let time pass; the simulator follows the same clock."""
        self._clock.advance(seconds)

    def count_invoices(self) -> int:
        """Count the checkouts that were committed to an asset, or have a page."""
        checkouts = self._control("GET", "/checkouts")["checkouts"]
        return sum(bool(c["assetCode"] or c["hostedCheckoutUrl"]) for c in checkouts)

    def count_settlements(self, invoice: Invoice) -> int:
        """Count the payments that were credited to the merchant's account."""
        checkout = self._control("GET", f"/checkouts/{invoice.reference}")["checkout"]
        return sum(payment["state"] == "RESOLVED" for payment in checkout["payments"])

    def pay(
        self,
        invoice: Invoice,
        amount: Money | None = None,
        *,
        memo: Memo = Memo.AS_SHOWN,
        confirmed: bool = True,
    ) -> str:
        """Send a transfer."""
        has_tag = bool(invoice.instructions and invoice.instructions.destination_tag)
        scenarios = {
            Memo.AS_SHOWN: "exact",
            Memo.MISSING: "without_memo",
            Memo.WRONG: "wrong_tag" if has_tag else "wrong_memo",
        }
        details: dict[str, object] = {"confirm": confirmed}
        # On the provider's own page nobody but the provider knows the lumens to send.
        if amount is not None or not invoice.method.redirects:
            details["amount"] = (amount or invoice.amount).to_text()
        return self._pay(invoice, scenarios[memo], **details)

    def leave(self, invoice: Invoice) -> None:
        """Look at the provider's page, and pay nothing."""
        assert self._session.get(str(invoice.redirect_url), timeout=10).ok

    def pay_wrong_asset(self, invoice: Invoice) -> str:
        """Send a token that the platform does not credit."""
        return self._pay(invoice, "wrong_asset")

    def pay_other_asset(self, invoice: Invoice) -> str:
        """Send a path payment: another asset, of which the lumens arrive."""
        return self._pay(invoice, "other_asset")

    def pay_nobody(self) -> str:
        """Send a token that nobody can credit to an address of the account.

        The API names no deposit that missed its checkout, and one of a checkout that
        another shop of the account made is not ours: what remains is this.
        """
        checkouts = self._control("GET", "/checkouts")["checkouts"]
        committed = next(c for c in checkouts if c["assetCode"] == "XLM")
        return self._pay_checkout(committed["id"], "wrong_asset")

    def pay_other_shop(self) -> str:
        """Pay a checkout that another shop made with the same account."""
        secret = f"{SIMULATOR_API_KEY}:{SIMULATOR_API_SECRET}"
        headers = {"X-Basic": hashlib.sha256(secret.encode()).hexdigest()}
        items = [{"description": "Of another shop", "netAmount": "20"}]
        body = {"charge": {"currency": "USD", "lineItems": items}}
        made = self._call("POST", "/api/v1/checkout", body, headers)
        commit = {"checkoutId": made["id"], "assetCode": "XLM"}
        self._call("POST", "/api/v1/checkout/commit", commit, headers)
        return self._pay_checkout(made["id"], "exact")

    def announce(self, invoice: Invoice) -> str:
        """Send a transfer; the API lists no payment before it is confirmed."""
        return self.pay(invoice, confirmed=False)

    def confirm(self, external_id: str) -> None:
        """Confirm a transfer."""
        self._control("POST", f"/payments/{external_id}/confirm", {})

    def reverse(self, external_id: str) -> None:
        """Take a transfer back."""
        self._control("POST", f"/payments/{external_id}/reverse", {})

    def fail(self, fault: Fault, times: int) -> None:
        """Break the next answers of the API."""
        if times:
            self._control("POST", "/faults", {**_FAULTS[fault], "times": times})
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

    def plan_withdrawal(self) -> WithdrawalRequest:
        """Send lumens for ten of the dollars that the account is given."""
        self._control("POST", "/wallets", {"assetId": _WALLET, "amount": "10"})
        target = WithdrawalTarget(
            Currency.parse("XLM"), _OWN_ACCOUNT, memo="EXODUS", memo_type="text"
        )
        return WithdrawalRequest(_WALLET, Money("10", from_asset(_WALLET)), target)

    def count_withdrawals(self) -> int:
        """Count what was committed, each time that it was."""
        made = self._control("GET", "/withdrawals")["withdrawals"]
        return sum(withdrawal["commits"] for withdrawal in made)

    def webhooks(self) -> Sequence[WebhookRequest]:
        """Have all that is due sent, and read what has arrived."""
        self._control("POST", "/webhooks/deliver", {})
        return self._recorder.requests

    def _pay(self, invoice: Invoice, scenario: str, **details: object) -> str:
        return self._pay_checkout(str(invoice.reference), scenario, **details)

    def _pay_checkout(self, checkout_id: str, scenario: str, **details: object) -> str:
        body = {"scenario": scenario, **details}
        paid = self._control("POST", f"/checkouts/{checkout_id}/pay", body)
        (external_id,) = paid["payments"] or paid["unmatched"]
        return str(external_id)

    def _control(self, method: str, path: str, body: object = None) -> Any:
        return self._call(method, f"/control{path}", body, {})

    def _call(
        self, method: str, path: str, body: object, headers: dict[str, str]
    ) -> Any:
        answer = self._session.request(
            method, self.server.url + path, json=body, headers=headers, timeout=10
        )
        assert answer.ok, f"{method} {path}: {answer.text[:500]}"
        return answer.json()
