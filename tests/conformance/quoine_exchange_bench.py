"""Quoine Exchange's bench: its simulator over real HTTP, moved by its control API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet

from checkout_kit import (
    Currency,
    Invoice,
    Money,
    WithdrawalRequest,
    WithdrawalTarget,
)
from checkout_kit.testing import (
    ProviderUnderTest,
)
from checkout_kit_quoine_exchange import QuoineExchangePlugin
from checkout_kit_quoine_exchange.simulator import (
    SIMULATOR_VENDOR_ID,
    SIMULATOR_VENDOR_SECRET,
    create_simulator,
)
from checkout_kit_quoine_exchange.users import StoredUser, UserVault
from tests.conformance.simulator_bench import TIMEOUTS, SimulatorBench

# The simulator's example user, and his account.
_USER = StoredUser("vendor-user-id", 1200, "myUserSecret", "13332")
_USD_ACCOUNT = 2300
# The example address of BIP173, whose key nobody is to use.
_OWN_ADDRESS = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"


class QuoineExchangeBench(SimulatorBench):
    """Moves the simulator; the kit's till takes the payments in.

    :param folder: for the users' file.
    :param coins: withdraw bitcoin instead of dollars.
    """

    takes_payments = False

    def __init__(self, folder: Path, *, coins: bool = False) -> None:
        self._sends_coins = coins
        self._users_file = folder / "users.json"
        self._users_key = Fernet.generate_key().decode()
        UserVault(self._users_file, (self._users_key,)).save(_USER)
        super().__init__(create_simulator)

    def under_test(self, **settings: Any) -> ProviderUnderTest:
        """Quoine Exchange as the conformance kit tries it."""
        return ProviderUnderTest(
            "quoine_exchange",
            self,
            {
                "vendor_id": SIMULATOR_VENDOR_ID,
                "vendor_secret": SIMULATOR_VENDOR_SECRET,
                "base_url": f"{self.server.url}/vendor",
                "user_id": _USER.id,
                "coins": ["BTC"],
                "users_file": str(self._users_file),
                "users_key": self._users_key,
                "test_mode": True,
                **TIMEOUTS,
                **settings,
            },
            plugin=QuoineExchangePlugin,
        )

    def count_settlements(self, invoice: Invoice) -> int:
        """Count the fundings by the request ids that belong to an invoice."""
        return sum(
            made["request_id"].startswith(f"settle-{invoice.id}-")
            for made in self._books()["movements"]
        )

    def plan_withdrawal(self) -> WithdrawalRequest:
        """Pay dollars out to the bank account on file, or send bitcoin."""
        if self._sends_coins:
            # A new user has ten of them.
            target = WithdrawalTarget(Currency.parse("BTC"), _OWN_ADDRESS)
            wallet = f"users/{_USER.id}/BTC"
            return WithdrawalRequest(wallet, Money("0.5", "BTC"), target)
        adjust = f"/accounts/{_USD_ACCOUNT}/adjust"
        self.control("POST", adjust, {"amount": "120.50"})
        target = WithdrawalTarget(
            Currency.parse("USD"), bank_account={"account": "on file"}
        )
        return WithdrawalRequest(str(_USD_ACCOUNT), Money("120.50", "USD"), target)

    def count_withdrawals(self) -> int:
        """Count the payouts, or the withdrawals of coins."""
        books = self._books()
        if self._sends_coins:
            return len(books["crypto_withdrawals"])
        return sum(made["amount"].startswith("-") for made in books["movements"])

    def _books(self) -> Any:
        return self.control("GET", "/books")
