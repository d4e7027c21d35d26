"""A provider that holds the merchant's money, in memory, and sends it away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from marshmallow import Schema

from checkout_kit import (
    Money,
    Operation,
    ProviderContext,
    Wallet,
    Withdrawal,
    WithdrawalRequest,
    WithdrawalStatus,
    hookimpl,
)

#: What the vault keeps of each transfer.
FEE = Money("0.0001", "BTC")


@dataclass(slots=True)
class Transfer:
    """Money that has left the vault."""

    amount: Money
    address: str | None
    status: WithdrawalStatus = WithdrawalStatus.PROCESSING


class Vault:
    """What the provider knows, and what it was asked."""

    def __init__(self, name: str = "vault") -> None:
        self.name = name
        self.wallets: list[Wallet] = [Wallet("main", Money("2", "BTC"), "Bitcoin")]
        #: By operation key; the provider itself honours none: sending twice shows.
        self.transfers: list[Transfer] = []
        self.calls: list[str] = []
        self.requests: list[WithdrawalRequest] = []
        #: What a test wants to happen in a hook, before it does anything.
        self.on: dict[str, Callable[[], Any]] = {}
        #: The same, after it has done what was asked.
        self.after: dict[str, Callable[[], Any]] = {}
        self.can_prepare = True

    def before(self, hook: str) -> None:
        """Note a call, and do what the test wants to happen in it."""
        self.calls.append(hook)
        if hook in self.on:
            self.on[hook]()

    def finish(self, status: WithdrawalStatus = WithdrawalStatus.COMPLETED) -> None:
        """Let everything that is on its way arrive, or come back."""
        for transfer in self.transfers:
            transfer.status = status

    def send(self, request: WithdrawalRequest) -> int:
        """Send money; whoever calls this twice sends twice."""
        self.transfers.append(Transfer(request.amount, request.target.address))
        return len(self.transfers) - 1


def vault_plugin(vault: Vault) -> type:
    """Make a plugin class for a vault; it records a step before it sends."""

    class VaultPlugin:
        settings_schema = Schema

        def __init__(self, settings: object, context: ProviderContext) -> None:
            self._name = context.name

        @hookimpl
        def list_wallets(self) -> Sequence[Wallet]:
            vault.before("list_wallets")
            return list(vault.wallets)

        @hookimpl
        def withdraw_funds(
            self, withdrawal: WithdrawalRequest, operation: Operation
        ) -> Withdrawal:
            vault.requests.append(withdrawal)
            sent = operation.recall("sent")
            vault.before("withdraw_funds")
            if sent is None:
                # From here on it may have been sent, so nobody sends it again.
                operation.record("sent", {"number": len(vault.transfers)})
                number = vault.send(withdrawal)
                if "withdraw_funds" in vault.after:
                    vault.after["withdraw_funds"]()
            else:
                number = int(sent["number"])
            status = WithdrawalStatus.PENDING
            if number < len(vault.transfers):
                status = vault.transfers[number].status
            return _answer(withdrawal, status, f"transfer-{number}")

    class PreparingPlugin(VaultPlugin):
        @hookimpl
        def prepare_withdrawal(self, withdrawal: WithdrawalRequest) -> Withdrawal:
            vault.before("prepare_withdrawal")
            return _answer(withdrawal, WithdrawalStatus.PENDING, "prepared")

    return PreparingPlugin if vault.can_prepare else VaultPlugin


def _answer(
    request: WithdrawalRequest, status: WithdrawalStatus, reference: str
) -> Withdrawal:
    made = Withdrawal(reference, status, request.amount)
    if request.amount.currency != request.target.currency:
        return replace(made, received=Money("1", request.target.currency))
    if request.amount.currency != FEE.currency:
        return replace(made, received=request.amount)
    return replace(made, received=request.amount - FEE, fee=FEE)
