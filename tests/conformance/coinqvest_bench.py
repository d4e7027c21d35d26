"""COINQVEST's bench: its simulator over real HTTP, moved by its control API."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from checkout_kit import (
    Currency,
    Invoice,
    Money,
    WebhookRequest,
    WithdrawalRequest,
    WithdrawalTarget,
)
from checkout_kit.testing import (
    Fault,
    Memo,
    ProviderUnderTest,
)
from checkout_kit_coinqvest.payloads import from_asset
from checkout_kit_coinqvest.plugin import CoinqvestPlugin
from checkout_kit_coinqvest.simulator import (
    SIMULATOR_API_KEY,
    SIMULATOR_API_SECRET,
    create_simulator,
)
from tests.conformance.simulator_bench import TIMEOUTS, HearingBench

# The document's example wallet, and its example account for a withdrawal from it.
_WALLET = "USD:GDUKMGUGDZQK6YHYA5Z6AY2G4XDSZPSZ3SW5UN3ARVMO6QSRDWP5YLEX"
_OWN_ACCOUNT = "GASKYWPPQ2VSO6KNIPIRVXMSSDGZLYZQ67CDTLVXOXYDG26SPZ66EDCQ"


class CoinqvestBench(HearingBench):
    """Moves the simulator; its account belongs to nobody else."""

    # The API lists no deposit that misses its memo or tag.
    reports_strays = False
    own_faults: Mapping[Fault, Mapping[str, object]] = {
        Fault.TIMEOUT: {"mode": "slow", "seconds": 3.0},
    }

    def __init__(self) -> None:
        super().__init__(create_simulator, "coinqvest")

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
                **TIMEOUTS,
                **settings,
            },
            plugin=CoinqvestPlugin,
            method=None if settings.get("hosted") else "XLM",
            below_minimum=None if settings.get("hosted") else ("2.00", "BTC"),
            public_url=self.shop.url,
        )

    def count_invoices(self) -> int:
        """Count the checkouts that were committed to an asset, or have a page."""
        checkouts = self.control("GET", "/checkouts")["checkouts"]
        return sum(bool(c["assetCode"] or c["hostedCheckoutUrl"]) for c in checkouts)

    def count_settlements(self, invoice: Invoice) -> int:
        """Count the payments that were credited to the merchant's account."""
        checkout = self.control("GET", f"/checkouts/{invoice.reference}")["checkout"]
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
        checkouts = self.control("GET", "/checkouts")["checkouts"]
        committed = next(c for c in checkouts if c["assetCode"] == "XLM")
        return self._pay_checkout(committed["id"], "wrong_asset")

    def pay_other_shop(self) -> str:
        """Pay a checkout that another shop made with the same account."""
        secret = f"{SIMULATOR_API_KEY}:{SIMULATOR_API_SECRET}"
        headers = {"X-Basic": hashlib.sha256(secret.encode()).hexdigest()}
        items = [{"description": "Of another shop", "netAmount": "20"}]
        body = {"charge": {"currency": "USD", "lineItems": items}}
        made = self.call("POST", "/api/v1/checkout", body, headers)
        commit = {"checkoutId": made["id"], "assetCode": "XLM"}
        self.call("POST", "/api/v1/checkout/commit", commit, headers)
        return self._pay_checkout(made["id"], "exact")

    def announce(self, invoice: Invoice) -> str:
        """Send a transfer; the API lists no payment before it is confirmed."""
        return self.pay(invoice, confirmed=False)

    def confirm(self, external_id: str) -> None:
        """Confirm a transfer."""
        self.control("POST", f"/payments/{external_id}/confirm", {})

    def reverse(self, external_id: str) -> None:
        """Take a transfer back."""
        self.control("POST", f"/payments/{external_id}/reverse", {})

    def plan_withdrawal(self) -> WithdrawalRequest:
        """Send lumens for ten of the dollars that the account is given."""
        self.control("POST", "/wallets", {"assetId": _WALLET, "amount": "10"})
        target = WithdrawalTarget(
            Currency.parse("XLM"), _OWN_ACCOUNT, memo="EXODUS", memo_type="text"
        )
        return WithdrawalRequest(_WALLET, Money("10", from_asset(_WALLET)), target)

    def count_withdrawals(self) -> int:
        """Count what was committed, each time that it was."""
        made = self.control("GET", "/withdrawals")["withdrawals"]
        return sum(withdrawal["commits"] for withdrawal in made)

    def webhooks(self) -> Sequence[WebhookRequest]:
        """Have all that is due sent, and read what has arrived."""
        self.control("POST", "/webhooks/deliver", {})
        return self.recorder.requests

    def _pay(self, invoice: Invoice, scenario: str, **details: object) -> str:
        return self._pay_checkout(str(invoice.reference), scenario, **details)

    def _pay_checkout(self, checkout_id: str, scenario: str, **details: object) -> str:
        body = {"scenario": scenario, **details}
        paid = self.control("POST", f"/checkouts/{checkout_id}/pay", body)
        (external_id,) = paid["payments"] or paid["unmatched"]
        return str(external_id)
