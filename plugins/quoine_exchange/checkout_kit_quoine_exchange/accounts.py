"""Accounts: the fiat accounts of the merchant's user, and which one money goes to."""

from __future__ import annotations

from collections.abc import Sequence

from checkout_kit import (
    Currency,
    CurrencyError,
    InputError,
    Money,
    NotSupported,
    ProviderProtocolError,
    ProviderRefused,
    Wallet,
)
from checkout_kit_quoine_exchange.answers import AccountAnswer
from checkout_kit_quoine_exchange.client import QuoineExchangeClient
from checkout_kit_quoine_exchange.config import QuoineExchangeSettings


def coin_wallet(user_id: int, code: str) -> str:
    """Name the wallet of a user's coins, of which the API has no list."""
    return f"users/{user_id}/{code}"


class MerchantAccounts:
    """The accounts of the user that the settings name (GET /users/:id/accounts)."""

    def __init__(
        self, client: QuoineExchangeClient, settings: QuoineExchangeSettings
    ) -> None:
        self._client = client
        self._settings = settings

    @property
    def user_id(self) -> int:
        """The merchant's user.

        :raises NotSupported: if none is set.
        """
        if self._settings.user_id is None:
            raise NotSupported(
                "the setting user_id is missing: it names the merchant's user"
            )
        return self._settings.user_id

    def read_all(self) -> Sequence[AccountAnswer]:
        """Read all of them."""
        return self._client.list_accounts(self.user_id)

    def get(self, account_id: int) -> AccountAnswer:
        """Read one of them.

        :raises ProviderRefused: if the user has no such account.
        """
        for account in self.read_all():
            if account.id == account_id:
                return account
        raise ProviderRefused(
            self._client.provider,
            f"the user {self.user_id} has no account {account_id}",
        )

    def find(self, currency: Currency) -> AccountAnswer:
        """Find the account for a currency: the pinned one, or the only one.

        :raises ProviderRefused: if there is none.
        :raises ProviderProtocolError: if it is not clear which one it is.
        """
        pinned = self._settings.accounts.get(currency.code)
        if pinned is not None:
            account = self.get(pinned)
            if account.currency != currency.code:
                raise ProviderRefused(
                    self._client.provider, f"account {pinned} is not in {currency.code}"
                )
            return account
        fitting = [each for each in self.read_all() if each.currency == currency.code]
        if not currency.is_fiat or not fitting:
            raise ProviderRefused(
                self._client.provider,
                f"the user {self.user_id} has no fiat account in {currency.code}",
            )
        if len(fitting) > 1:
            raise ProviderProtocolError(
                self._client.provider,
                f"the user {self.user_id} has {len(fitting)} accounts in "
                f"{currency.code}; name one in the setting accounts",
            )
        return fitting[0]

    def to_wallets(self) -> Sequence[Wallet]:
        """Show what each account holds, and the coins whose balance nothing tells.

        :raises ProviderProtocolError: if a currency or balance can't be understood.
        """
        coins = [
            Wallet(
                coin_wallet(self.user_id, code),
                None,
                f"{code} of user {self.user_id}",
                currency=Currency.parse(code),
            )
            for code in self._settings.coins
        ]
        return [self._to_wallet(account) for account in self.read_all()] + coins

    def _to_wallet(self, account: AccountAnswer) -> Wallet:
        try:
            currency = Currency.parse(account.currency)
            if not currency.is_fiat:
                raise CurrencyError("wallet.currency", "is not fiat")
            balance = Money(account.balance, currency)
        except InputError as err:
            raise ProviderProtocolError(
                self._client.provider, f"account {account.id}: {err.problem}"
            ) from None
        return Wallet(str(account.id), balance, f"{currency.code} account")
