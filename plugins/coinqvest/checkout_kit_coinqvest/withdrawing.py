"""Withdrawing: money out of the account, in two steps and never twice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from checkout_kit import (
    Clock,
    InputError,
    Money,
    Operation,
    ProviderAuthError,
    ProviderError,
    ProviderProtocolError,
    ProviderRateLimited,
    ProviderRefused,
    ProviderUnreachable,
    Withdrawal,
    WithdrawalRequest,
    WithdrawalStatus,
)
from checkout_kit_coinqvest.answers import WithdrawalAnswer, WithdrawalState
from checkout_kit_coinqvest.client import CoinqvestClient
from checkout_kit_coinqvest.payloads import from_asset
from checkout_kit_coinqvest.targets import build_withdrawal

_STATUSES = {
    WithdrawalState.PENDING_API_COMMIT: WithdrawalStatus.PENDING,
    WithdrawalState.PROCESSING: WithdrawalStatus.PROCESSING,
    WithdrawalState.COMPLETED: WithdrawalStatus.COMPLETED,
    WithdrawalState.FAILED: WithdrawalStatus.FAILED,
}
# What is recorded of the commit. UNSENT: surely not processed, may be sent again.
# SENT: it may have been; it is not sent again before that is settled. ACCEPTED: the
# API said so.
_UNSENT = "unsent"
_SENT = "sent"
_ACCEPTED = "accepted"
_REFUSED = "refused"

#: PENDING_API_COMMIT "is awaiting final confirmation", says POST /withdrawal/commit.
#: What still says so that long after a commit whose answer was lost was not committed:
#: no call lasts longer, and look-ups lag by seconds. It is committed again so often.
_SETTLED_AFTER = timedelta(minutes=10)
_MOST_COMMITS = 3

_LOST = (
    "the commit's answer was lost and COINQVEST still shows the withdrawal as not "
    "committed; commit it by hand, or leave it and make a new one"
)


class FundsWithdrawer:
    """Makes withdrawals; the same operation never commits twice.

    A withdrawal that is made and not committed moves no money, so one whose answer was
    lost is made anew. The commit moves it: its intent is recorded first, and once it
    may have been sent, only GET /withdrawal is asked. That settles the doubt: what
    still waits for its commit long after is committed again, under the same id.
    """

    def __init__(self, client: CoinqvestClient, clock: Clock) -> None:
        self._client = client
        self._clock = clock

    def prepare(self, request: WithdrawalRequest, operation: Operation) -> Withdrawal:
        """Make the withdrawal without committing it: the answer says what arrives.

        :raises InputError: if the wallet, target or options can't be right.
        :raises ProviderRefused: if it was refused, or too little would arrive.
        """
        body = self._build(request)
        made = operation.recall("withdrawal")
        if made is None:
            found = self._make(body, operation)
        else:
            found = self._client.get_withdrawal(str(made["id"]))
        self._check_same(request, body, found)
        return self._to_withdrawal(request, found, _STATUSES[found.state])

    def withdraw(self, request: WithdrawalRequest, operation: Operation) -> Withdrawal:
        """Take the next step, or say how far the withdrawal is.

        :raises InputError: if the wallet, target or options can't be right.
        :raises ProviderRefused: if it was refused, or too little would arrive; nothing
            was sent.
        :raises ProviderError: if it may succeed later, or has succeeded.
        """
        body = self._build(request)
        commit = operation.recall("commit") or {"outcome": _UNSENT}
        if commit["outcome"] == _REFUSED:
            raise ProviderRefused(self._client.provider, str(commit["problem"]))
        made = operation.recall("withdrawal")
        if made is None:
            found = self._make(body, operation)
        else:
            found = self._look_up(str(made["id"]), str(commit["outcome"]))
        is_pending = found.state is WithdrawalState.PENDING_API_COMMIT
        may_commit = commit["outcome"] == _UNSENT or self._is_settled(commit)
        if not is_pending or not may_commit:
            return self._report(request, found, str(commit["outcome"]))
        self._check_same(request, body, found)
        earlier = 0 if commit["outcome"] == _UNSENT else int(commit["number"])
        return self._commit(request, found, operation, earlier + 1)

    def _look_up(self, withdrawal_id: str, outcome: str) -> WithdrawalAnswer:
        """Ask GET /withdrawal.

        :raises ProviderError: also if it is refused once money may have left: a
            refusal to tell is no end.
        """
        try:
            return self._client.get_withdrawal(withdrawal_id)
        except ProviderAuthError:
            raise
        except ProviderRefused as err:
            if outcome == _UNSENT:
                raise
            problem = f"does not tell how far the withdrawal is: {err.problem}"
            raise ProviderError(err.provider, problem) from None

    def _is_settled(self, commit: Mapping[str, Any]) -> bool:
        """Whether a commit that may have been sent surely did not get there."""
        if commit["outcome"] != _SENT or "at" not in commit:
            return False
        sent_at = datetime.fromisoformat(str(commit["at"]))
        is_over = self._clock.now() >= sent_at + _SETTLED_AFTER
        return is_over and int(commit["number"]) < _MOST_COMMITS

    def _build(self, request: WithdrawalRequest) -> dict[str, Any]:
        if from_asset(request.wallet) != request.amount.currency:
            raise InputError("withdrawal.amount", "is not in the wallet's currency")
        return build_withdrawal(request)

    def _make(self, body: Mapping[str, Any], operation: Operation) -> WithdrawalAnswer:
        made = self._client.create_withdrawal(body)
        operation.record("withdrawal", {"id": made.id})
        if made.state is not WithdrawalState.PENDING_API_COMMIT:
            raise self._odd("a new withdrawal waits for no commit")
        return made

    def _commit(
        self,
        request: WithdrawalRequest,
        found: WithdrawalAnswer,
        operation: Operation,
        number: int,
    ) -> Withdrawal:
        def note(outcome: str, problem: str | None = None) -> None:
            noted: Mapping[str, Any] = {
                "id": found.id,
                "outcome": outcome,
                "number": number,
                "at": self._clock.now().isoformat(),
            }
            operation.record(
                "commit", noted if problem is None else {**noted, "problem": problem}
            )

        note(_SENT)
        try:
            committed = self._client.commit_withdrawal(found.id)
        except (ProviderUnreachable, ProviderRateLimited, ProviderAuthError):
            # None of these was processed; of an earlier one that is only concluded.
            if number == 1:
                note(_UNSENT)
            raise
        except ProviderRefused as err:
            looked_up = self._look_up(found.id, _SENT)
            is_pending = looked_up.state is WithdrawalState.PENDING_API_COMMIT
            # A repeated one may be refused because it was done: that is a doubt again.
            if is_pending and number == 1:
                note(_REFUSED, err.problem[:300])
                raise
            return self._report(request, looked_up, _SENT)
        note(_ACCEPTED)
        try:
            # The commit says COMPLETED of what is only on its way.
            return self._report(
                request, self._client.get_withdrawal(found.id), _ACCEPTED
            )
        except ProviderError:
            # It was accepted; how far it is can be asked again.
            return self._to_withdrawal(request, committed, WithdrawalStatus.PROCESSING)

    def _report(
        self, request: WithdrawalRequest, found: WithdrawalAnswer, outcome: str
    ) -> Withdrawal:
        """Say what GET /withdrawal says."""
        status = _STATUSES[found.state]
        problem = None
        if status is WithdrawalStatus.PENDING:
            if outcome == _ACCEPTED:
                # The look-up lags behind the commit.
                status = WithdrawalStatus.PROCESSING
            else:
                problem = _LOST
        return self._to_withdrawal(request, found, status, problem)

    def _check_same(
        self,
        request: WithdrawalRequest,
        body: Mapping[str, Any],
        found: WithdrawalAnswer,
    ) -> None:
        """Refuse to commit anything other than what was asked for."""
        if (found.source_asset_issuer, found.source_amount) != (
            body["sourceAsset"],
            body["sourceAmount"],
        ):
            raise self._odd("the withdrawal takes something else than was asked for")
        if found.target_network != body["targetNetwork"]:
            raise self._odd("the withdrawal goes to another network")
        for name, value in body["targetAccount"].items():
            given = found.target_account.get(name)
            if not _is_same(str(given), value, str(body["targetNetwork"])):
                raise self._odd(f"the withdrawal goes to another {name}")
        asset = str(body.get("targetAsset") or found.target_asset_code)
        if found.target_asset_code != asset.partition(":")[0]:
            raise self._odd("the withdrawal arrives as another asset")
        # On Stellar the issuer makes the asset; elsewhere it is the relay asked for.
        issuer = body.get("targetAsset", body.get("relay"))
        if issuer is not None and found.target_asset_issuer != issuer:
            raise self._odd("the withdrawal goes through another issuer")
        least = request.least_received
        if least is not None and found.target_amount < least.amount:
            raise ProviderRefused(
                self._client.provider,
                "less would arrive than is the least; nothing was sent",
            )

    def _to_withdrawal(
        self,
        request: WithdrawalRequest,
        answer: WithdrawalAnswer,
        status: WithdrawalStatus,
        problem: str | None = None,
    ) -> Withdrawal:
        currency = request.target.currency
        try:
            return Withdrawal(
                reference=answer.id,
                status=status,
                amount=Money(answer.source_amount, request.amount.currency),
                received=Money.round_down(Fraction(answer.target_amount), currency),
                fee=Money.round_up(Fraction(answer.withdrawal_fee), currency),
                requested_at=answer.timestamp,
                transaction_id=answer.transaction_id,
                provider_state=answer.state.value,
                problem=problem,
                details={
                    "targetAmount": format(answer.target_amount, "f"),
                    "withdrawalFee": format(answer.withdrawal_fee, "f"),
                    "targetAssetIssuer": answer.target_asset_issuer,
                },
            )
        except InputError as err:
            raise self._odd(f"the withdrawal is unusable: {err.problem}") from None

    def _odd(self, problem: str) -> ProviderProtocolError:
        return ProviderProtocolError(self._client.provider, problem)


def _is_same(given: str, sent: str, network: str) -> bool:
    # The case of an Ethereum address is a checksum, not a part of it.
    if network == "ETH":
        return given.lower() == sent.lower()
    return given == sent
