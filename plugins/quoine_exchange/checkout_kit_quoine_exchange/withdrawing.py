"""Withdrawing: which way a withdrawal goes, and money out of a fiat account."""

from __future__ import annotations

import re

from checkout_kit import (
    InputError,
    NotSupported,
    Operation,
    ProviderError,
    Withdrawal,
    WithdrawalRequest,
    WithdrawalStatus,
)
from checkout_kit_quoine_exchange.journal import Unclear
from checkout_kit_quoine_exchange.moving import BalanceMover, Direction
from checkout_kit_quoine_exchange.sending import CoinSender

#: The one detail of a bank account: the API takes none, Quoine has it on file.
ON_FILE = {"account": "on file"}
_FIAT = re.compile(r"[1-9][0-9]{0,18}\Z", re.ASCII)
_COINS = re.compile(r"users/([1-9][0-9]{0,18})/([A-Z0-9]{2,10})\Z", re.ASCII)


class FundsWithdrawer:
    """Pays fiat out of an account, or sends coins of a user's."""

    def __init__(self, mover: BalanceMover, sender: CoinSender) -> None:
        self._mover = mover
        self._sender = sender

    def withdraw(self, request: WithdrawalRequest, operation: Operation) -> Withdrawal:
        """Withdraw, or say how far the withdrawal is.

        :raises InputError: if the wallet, target or an option can't be right.
        :raises NotSupported: if the API has no way to do it.
        :raises ProviderError: also if a person has to look: the withdrawal stays under
            way until ``flask checkout withdrawal resolve``.
        """
        try:
            return self._withdraw(request, operation)
        except Unclear as err:
            # A refusal would say that nothing was sent.
            raise ProviderError(err.provider, err.problem) from None

    def _withdraw(self, request: WithdrawalRequest, operation: Operation) -> Withdrawal:
        if request.options:
            name = sorted(request.options)[0]
            raise InputError(f"options.{name}", "is not an option; there are none")
        if request.least_received is not None:
            raise NotSupported("the API names no fee: what arrives can't be promised")
        if _FIAT.match(request.wallet):
            return self._pay_out(request, int(request.wallet), operation)
        match = _COINS.match(request.wallet)
        if match is None:
            raise InputError(
                "withdrawal.wallet",
                "must be an account's id, or users/<id>/<code> for coins",
            )
        if match[2] != request.amount.currency.code:
            raise InputError("withdrawal.amount", "is not in the wallet's currency")
        return self._sender.send(request, int(match[1]), operation)

    def _pay_out(
        self, request: WithdrawalRequest, account_id: int, operation: Operation
    ) -> Withdrawal:
        currency = request.target.currency
        if not currency.is_fiat or currency != request.amount.currency:
            raise NotSupported("a fiat account pays out its own currency alone")
        if dict(request.target.bank_account) != ON_FILE:
            # Any other detail would be left out unseen.
            raise InputError(
                "target.bankAccount",
                "must be {'account': 'on file'}: the API takes no details, Quoine pays "
                "to the bank account that it knows",
            )
        made = self._mover.move(
            Direction.OUT,
            account_id,
            request.amount,
            operation,
            "payout",
        )
        return Withdrawal(
            reference=made.request_id,
            status=WithdrawalStatus.PROCESSING,
            amount=request.amount,
            requested_at=made.made_at,
            problem=(
                "the account was charged; the API never says whether the bank transfer "
                "arrived"
            ),
            details={
                "account": account_id,
                "balanceBefore": format(made.before, "f"),
                "balanceAfter": format(made.after, "f"),
                "proof": made.proof,
            },
        )
