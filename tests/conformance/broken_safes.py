"""Plugins that withdraw with one mistake each."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from checkout_kit import (
    Money,
    Operation,
    ProviderError,
    Wallet,
    Withdrawal,
    WithdrawalRequest,
    WithdrawalStatus,
    hookimpl,
)
from tests.conformance.safe_bench import SafePlugin

_COUNTER = itertools.count()


class SendsAgain(SafePlugin):
    """Takes every attempt for a new withdrawal."""

    @hookimpl
    def withdraw_funds(
        self, withdrawal: WithdrawalRequest, operation: Operation
    ) -> Withdrawal:
        """Ignore the key."""
        key = f"{operation.key}#{next(_COUNTER)}"
        return self.take_out(key, withdrawal, operation)


class SendsAtOnce(SafePlugin):
    """Does not wait for anybody to decide."""

    @hookimpl
    def prepare_withdrawal(
        self, withdrawal: WithdrawalRequest, operation: Operation
    ) -> Withdrawal:
        """Send already."""
        self.safe.send(operation.key, withdrawal.amount)
        return Withdrawal(
            operation.key,
            WithdrawalStatus.PENDING,
            withdrawal.amount,
            received=withdrawal.amount,
        )


class IgnoresTheLeast(SafePlugin):
    """Sends however little arrives."""

    @hookimpl
    def withdraw_funds(
        self, withdrawal: WithdrawalRequest, operation: Operation
    ) -> Withdrawal:
        """Send."""
        return self.take_out(operation.key, withdrawal, operation)


class NotesAndForgets(SafePlugin):
    """Believes its note that it was sent, whether or not that came to pass."""

    @hookimpl
    def withdraw_funds(
        self, withdrawal: WithdrawalRequest, operation: Operation
    ) -> Withdrawal:
        """Send, unless it is noted."""
        if operation.recall("noted") is None:
            return self.take_out(operation.key, withdrawal, operation)
        return Withdrawal(operation.key, WithdrawalStatus.COMPLETED, withdrawal.amount)


class BelievesRefusals(SafePlugin):
    """Takes a refused look-up for a withdrawal that was refused."""

    @hookimpl
    def withdraw_funds(
        self, withdrawal: WithdrawalRequest, operation: Operation
    ) -> Withdrawal:
        """Send, and hand on whatever is said."""
        self.safe.send(operation.key, withdrawal.amount)
        return Withdrawal(operation.key, WithdrawalStatus.PROCESSING, withdrawal.amount)


class PretendsToBeEmpty(SafePlugin):
    """Shows what it can't read as nothing."""

    @hookimpl
    def list_wallets(self) -> Sequence[Wallet]:
        """Show a zero."""
        try:
            return super().list_wallets()
        except ProviderError:
            return [Wallet("main", Money("0", "BTC"))]
