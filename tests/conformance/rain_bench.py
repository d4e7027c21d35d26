"""Rain's bench: its simulator over real HTTP, moved by its control API."""

from __future__ import annotations

from typing import Any

from checkout_kit import (
    Currency,
    Invoice,
    Money,
    NotSupported,
    WithdrawalRequest,
    WithdrawalTarget,
)
from checkout_kit.testing import (
    Memo,
    ProviderUnderTest,
)
from checkout_kit_rain.plugin import RainPlugin
from checkout_kit_rain.simulator import (
    SIMULATOR_EMAIL,
    SIMULATOR_PASSWORD,
    create_simulator,
    simulator_of,
)
from tests.conformance.simulator_bench import TIMEOUTS, SimulatorBench

# The example address of BIP173, whose key nobody is to use.
_OWN_ADDRESS = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"


class RainBench(SimulatorBench):
    """Moves the simulator; its user belongs to nobody else.

    With the setting ``invoice_by`` "address" every deposit is a transaction of its own,
    otherwise an account's balance is the payment.
    """

    def __init__(self) -> None:
        super().__init__(create_simulator)
        self.simulator = simulator_of(self.app)
        self._shared: str | None = None

    def under_test(self, **settings: Any) -> ProviderUnderTest:
        """Rain as the conformance kit tries it."""
        if settings.get("invoice_by") == "address":
            self._shared = self.account_named("BTC Account")["id"]
            settings = {"account_id": self._shared, **settings}
        return ProviderUnderTest(
            "rain",
            self,
            {
                "email": SIMULATOR_EMAIL,
                "password": SIMULATOR_PASSWORD,
                "base_url": f"{self.server.url}/api/1",
                "test_mode": True,
                **TIMEOUTS,
                **settings,
            },
            plugin=RainPlugin,
            method="BTC",
        )

    def account_named(self, name: str) -> Any:
        """The merchant's account of a name."""
        accounts = self.control("GET", "/accounts")["accounts"]
        return next(account for account in accounts if account["name"] == name)

    def count_invoices(self) -> int:
        """Count the accounts, or addresses, besides those that a user always has."""
        accounts = self.control("GET", "/accounts")["accounts"]
        if self._shared is not None:
            shared = next(a for a in accounts if a["id"] == self._shared)
            return len(shared["addresses"]) - 1
        return len(accounts) - 2

    def count_settlements(self, invoice: Invoice) -> int:
        """Count the sales out of the invoice's account that moved money."""
        account_id = invoice.provider_data["account_id"]
        return sum(
            item["type"] == "sell"
            and item["withdraw_account_id"] == account_id
            and item["status"] in ("processing", "completed")
            for item in self.control("GET", "/transactions")["transactions"]
        )

    def pay(
        self,
        invoice: Invoice,
        amount: Money | None = None,
        *,
        memo: Memo = Memo.AS_SHOWN,
        confirmed: bool = True,
    ) -> str:
        """Send bitcoin to the invoice's address."""
        assert invoice.instructions is not None
        sent = (amount or invoice.amount).to_text()
        return self._pay(invoice.instructions.address, sent, confirmed=confirmed)

    def pay_wrong_asset(self, invoice: Invoice) -> str:
        """Bitcoin's network has no other asset."""
        raise NotSupported("an address of Bitcoin takes nothing but bitcoin")

    def pay_nobody(self) -> str:
        """Pay an account that was made twice for an invoice and shown to nobody.

        Any other account of the user may belong to another shop, or to its owner.
        """
        if self._shared is not None:
            made = self.account_named("BTC Account")
            return self._pay(made["addresses"][0], "0.5", confirmed=True)
        accounts = self.control("GET", "/accounts")["accounts"]
        first = next(a for a in accounts if a["name"].startswith("invoice:"))
        double = self.control("POST", "/accounts", {"name": first["name"]})
        return self._pay(double["address"], "0.5", confirmed=True)

    def announce(self, invoice: Invoice) -> str:
        """Nothing is announced without its amount."""
        raise NotSupported("an unconfirmed balance has an amount at once")

    def confirm(self, external_id: str) -> None:
        """Make what waits final."""
        self._move(external_id, "confirm")

    def reverse(self, external_id: str) -> None:
        """Take it back."""
        self._move(external_id, "reverse")

    def plan_withdrawal(self) -> WithdrawalRequest:
        """Send a quarter of the bitcoin that the merchant's account is given."""
        account = self.account_named("BTC Account")
        self._pay(account["addresses"][0], "1", confirmed=True)
        target = WithdrawalTarget(Currency.parse("BTC"), _OWN_ADDRESS)
        return WithdrawalRequest(account["id"], Money("0.25", "BTC"), target)

    def count_withdrawals(self) -> int:
        """Count what was confirmed: before that a send moves nothing."""
        return sum(
            item["type"] == "send" and item["status"] != "starting"
            for item in self.control("GET", "/transactions")["transactions"]
        )

    def _pay(self, address: str, amount: str, *, confirmed: bool) -> str:
        body = {"address": address, "amount": amount, "confirm": confirmed}
        paid = self.control("POST", "/pay", body)
        by_address = self._shared is not None
        return str(paid["transaction"]["id"] if by_address else paid["account"])

    def _move(self, external_id: str, step: str) -> None:
        kind = "deposits" if self._shared is not None else "accounts"
        self.control("POST", f"/{kind}/{external_id}/{step}")
