"""The Quoine Exchange plugin: settlement, payouts and rates for shops of any provider.

It takes no payments. ``CHECKOUT_KIT_SETTLEMENT = "quoine_exchange"`` has it credit the
merchant for what other providers take in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from checkout_kit import (
    Checkout,
    ConfigurationError,
    Money,
    NotSupported,
    Operation,
    ProviderContext,
    Rate,
    Settlement,
    Wallet,
    Withdrawal,
    WithdrawalRequest,
    hookimpl,
)
from checkout_kit_quoine_exchange.accounts import MerchantAccounts
from checkout_kit_quoine_exchange.client import QuoineExchangeClient, QuoineUserClient
from checkout_kit_quoine_exchange.config import (
    QuoineExchangeSettings,
    QuoineExchangeSettingsSchema,
)
from checkout_kit_quoine_exchange.moving import BalanceMover
from checkout_kit_quoine_exchange.rates import RateFetcher
from checkout_kit_quoine_exchange.sending import CoinSender
from checkout_kit_quoine_exchange.settling import AccountFunder
from checkout_kit_quoine_exchange.users import (
    UserProvisioner,
    UserVault,
    VaultError,
    add_commands,
)
from checkout_kit_quoine_exchange.withdrawing import FundsWithdrawer

if TYPE_CHECKING:
    from flask import Flask


class QuoineExchangePlugin:
    """Funds a merchant's account, pays out of it, and tells rates.

    May be called by many threads. What it remembers (prices, a connection) is kept
    behind locks and can be lost at any time.
    """

    display_name = "Quoine Exchange"
    settings_schema = QuoineExchangeSettingsSchema

    @staticmethod
    def create_simulator() -> Flask:
        """Make the simulator, for ``flask checkout simulate quoine_exchange``."""
        # Only whoever runs the simulator needs it.
        from checkout_kit_quoine_exchange.simulator import (
            create_simulator,
            simulator_of,
        )

        # As a market that is never still: a price that is not repeated grows stale.
        app = create_simulator(tick_seconds=15)
        simulator_of(app).follow_market()
        return app

    @staticmethod
    def simulator_settings(url: str) -> Mapping[str, object]:
        """The settings for a simulator at an address: play money only.

        Pusher's clients take no path, so that it is at the address's root.
        """
        address = urlsplit(url)
        return {
            "vendor_id": "1",
            "vendor_secret": "SimulatorVendorSecret",
            "base_url": f"{url}/vendor",
            "user_id": 1200,
            "pusher_key": "SimulatorPusherKey",
            "pusher_host": address.hostname,
            "pusher_port": address.port or 80,
            "pusher_secure": False,
            "pairs": {"BTC/USD": 1},
            "test_mode": True,
        }

    def __init__(
        self, settings: QuoineExchangeSettings, context: ProviderContext
    ) -> None:
        self.name = context.name
        self._settings = settings
        self._clock = context.clock
        self._client = QuoineExchangeClient(settings, context.clock, context.name)
        self._vault = _make_vault(settings)
        self._accounts = MerchantAccounts(self._client, settings)
        mover = BalanceMover(self._client, self._accounts.get, settings, context.clock)
        self._funder = AccountFunder(self._accounts, mover, context.name)
        sender = CoinSender(self._client_of, settings, context.clock, context.name)
        self._withdrawer = FundsWithdrawer(mover, sender)
        self._rates = RateFetcher(settings, context.clock, context.name)

    def close(self) -> None:
        """Close the connections that are kept alive."""
        self._client.close()
        self._rates.close()

    @hookimpl
    def settle_invoice(
        self, checkout: Checkout, amount: Money, operation: Operation
    ) -> Settlement:
        """Fund the merchant's account once: PUT /accounts/:id/fund.

        Its balance is read before (GET /users/:id/accounts), and again whenever an
        answer was lost.
        """
        return self._funder.settle(checkout, amount, operation)

    @hookimpl
    def list_wallets(self) -> Sequence[Wallet]:
        """The fiat accounts of the merchant's user: GET /users/:id/accounts."""
        return self._accounts.to_wallets()

    @hookimpl
    def withdraw_funds(
        self, withdrawal: WithdrawalRequest, operation: Operation
    ) -> Withdrawal:
        """Pay fiat out (PUT /accounts/:id/withdraw), or send coins.

        Coins: POST /crypto_withdrawals/, then GET /crypto_withdrawals/:id; after a lost
        answer GET /crypto_withdrawals.
        """
        return self._withdrawer.withdraw(withdrawal, operation)

    @hookimpl
    def fetch_rates(self) -> Sequence[Rate] | None:
        """Fresh rates of the pairs that are set, from the Pusher channels."""
        return self._rates.fetch() if self._settings.pairs else None

    @hookimpl
    def check_health(self) -> str:
        """Try the credentials: GET /users/:id/accounts."""
        if self._settings.user_id is None:
            return "not tried: without user_id there is no call that changes nothing"
        accounts = self._accounts.read_all()
        currencies = ", ".join(sorted({each.currency for each in accounts})) or "none"
        return (
            f"reachable; fiat accounts of user {self._accounts.user_id}: {currencies}"
        )

    @hookimpl
    def kit_ready(self, app: Flask) -> None:
        """Add ``flask checkout quoine-exchange``.

        :raises ConfigurationError: if it is to settle and knows no user to credit.
        """
        settled_by = app.config.get("CHECKOUT_KIT_SETTLEMENT")
        if isinstance(settled_by, Mapping):
            settles = self.name in settled_by.values()
        else:
            settles = settled_by == self.name
        if settles and self._settings.user_id is None:
            raise ConfigurationError(
                f"CHECKOUT_KIT_PLUGINS[{self.name}].user_id",
                "is missing: settling credits the accounts of this user",
            )
        provisioner = None
        if self._vault is not None:
            provisioner = UserProvisioner(self._client, self._vault)
        add_commands(app, provisioner, self._vault)

    def _client_of(self, user_id: int) -> QuoineUserClient:
        """Make the client of a user, with the secret from the users' file."""
        if self._vault is None:
            raise NotSupported("coins need users_file and users_key: whose are they?")
        try:
            user = self._vault.get(user_id)
        except VaultError as err:
            raise NotSupported(str(err)) from None
        if user is None or user.secret is None or not user.auth_code:
            raise NotSupported(
                f"the secret or code of the user {user_id} is not in the users' file"
            )
        return QuoineUserClient(
            self._settings,
            self._clock,
            self.name,
            user_id=user_id,
            secret=user.secret,
            auth_code=user.auth_code,
        )


def _make_vault(settings: QuoineExchangeSettings) -> UserVault | None:
    if settings.users_file is None:
        return None
    return UserVault(settings.users_file, settings.users_key)
