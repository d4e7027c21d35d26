"""Settling: the merchant's fiat account is funded once for what a buyer paid."""

from __future__ import annotations

from checkout_kit import (
    Checkout,
    Money,
    Operation,
    ProviderRefused,
    Settlement,
)
from checkout_kit_quoine_exchange.accounts import MerchantAccounts
from checkout_kit_quoine_exchange.moving import BalanceMover, Direction

_STEP = "account"


class AccountFunder:
    """Funds the merchant's account in the charge's currency."""

    def __init__(
        self, accounts: MerchantAccounts, mover: BalanceMover, provider: str
    ) -> None:
        self._accounts = accounts
        self._mover = mover
        self._provider = provider

    def settle(
        self, checkout: Checkout, amount: Money, operation: Operation
    ) -> Settlement:
        """Fund the account, or report that it was funded.

        :raises ProviderRefused: if there is no such account, the API refused, or an
            operator has to look.
        """
        if amount.amount <= 0:
            raise ProviderRefused(self._provider, "there is nothing to settle")
        account_id = self._account_id(amount, operation)
        made = self._mover.move(
            Direction.IN,
            account_id,
            amount,
            operation,
            f"checkout {checkout.id}",
        )
        return Settlement(
            reference=made.request_id,
            amount=amount,
            settled_at=made.made_at,
            details={
                "account": account_id,
                "balanceBefore": format(made.before, "f"),
                "balanceAfter": format(made.after, "f"),
                "proof": made.proof,
            },
        )

    def _account_id(self, amount: Money, operation: Operation) -> int:
        """The same account at every attempt, whatever the settings say by then."""
        chosen = operation.recall(_STEP)
        if chosen is None:
            chosen = {"id": self._accounts.find(amount.currency).id}
            operation.record(_STEP, chosen)
        return int(chosen["id"])
