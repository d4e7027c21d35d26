"""Wallets: what the merchant's accounts hold, as the providers themselves report it."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence

from checkout_kit.domain.wallet import Holding, Wallet, WalletStatement
from checkout_kit.errors import CheckoutKitError, InputError, ProviderUnavailable
from checkout_kit.services.basis import Basis

logger = logging.getLogger("checkout_kit.services")


class Wallets:
    """Asks every provider that has an account what is in it.

    The accounts belong to one store; any other has no wallets.
    """

    def __init__(self, basis: Basis) -> None:
        self._providers = basis.providers
        self._policy = basis.policy

    @property
    def is_ours(self) -> bool:
        """Whether the providers' accounts are this store's."""
        return self._policy.store_id == self._policy.account_store_id

    def read(self) -> WalletStatement:
        """Ask all providers at once, under one deadline.

        A provider that can't be asked is named in the answer, and nothing is counted
        for it.
        """
        return self._ask(self._with_wallets())

    def find(self, wallet_id: str) -> Holding:
        """Find a wallet by its id: ``provider/reference``, or the reference alone.

        :raises InputError: if there is none, or several with that reference.
        :raises ProviderError: if its provider can't be asked.
        """
        provider, _, reference = wallet_id.partition("/")
        if provider in self._with_wallets():
            statement = self._ask([provider])
        else:
            reference = wallet_id
            statement = self.read()
        found = [
            holding
            for holding in statement.holdings
            if holding.wallet.reference == reference
        ]
        if len(found) == 1:
            return found[0]
        if found:
            ids = ", ".join(holding.id for holding in found)
            raise InputError("sourceAsset", f"could be any of {ids}: name one of them")
        for name, problem in statement.unavailable.items():
            raise ProviderUnavailable(name, f"its wallets can't be read: {problem}")
        raise InputError("sourceAsset", "is not the id of a wallet; list them first")

    def _with_wallets(self) -> Sequence[str]:
        if not self.is_ours:
            return []
        return [
            name
            for name in self._providers.names
            if self._providers.supports(name, "list_wallets")
        ]

    def _ask(self, names: Sequence[str]) -> WalletStatement:
        unavailable: dict[str, str] = {}
        holdings: list[Holding] = []
        calls = []
        deadline = time.monotonic() + self._policy.provider_deadline
        for name in names:
            try:
                calls.append((name, self._providers.start(name, "list_wallets")))
            except CheckoutKitError as err:
                unavailable[name] = str(err)
        for name, call in calls:
            try:
                wallets: Sequence[Wallet] = call.wait(deadline - time.monotonic())
            except CheckoutKitError as err:
                unavailable[name] = str(err)
            else:
                holdings += [Holding(name, wallet) for wallet in wallets]
        for name, problem in unavailable.items():
            logger.warning("reading the wallets of %s: %s", name, problem)
        return WalletStatement.of(holdings, unavailable)
