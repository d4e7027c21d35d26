"""Sending: coins of a user's to an address, never twice.

The API knows no idempotency key for it. So a user sends one withdrawal at a time, the
withdrawals that there are are noted before, and after a lost answer the list is
searched for a new one of the same amount to the same address.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from typing import Any

from checkout_kit import (
    CheckoutKitError,
    Clock,
    NotSupported,
    Operation,
    ProviderAuthError,
    ProviderBusy,
    ProviderError,
    ProviderProtocolError,
    ProviderRefused,
    ProviderUnavailable,
    Withdrawal,
    WithdrawalRequest,
    WithdrawalStatus,
)
from checkout_kit_quoine_exchange.answers import CryptoWithdrawalAnswer
from checkout_kit_quoine_exchange.client import QuoineUserClient, is_for
from checkout_kit_quoine_exchange.config import QuoineExchangeSettings
from checkout_kit_quoine_exchange.moving import Outcome, is_unprocessed

logger = logging.getLogger("checkout_kit_quoine_exchange")

_STEP = "coins"
_MAX_PAGES = 100


class CoinSender:
    """Makes crypto withdrawals; the same operation never sends twice.

    :param client_of: makes the client of a user, whose secret it finds.
    """

    def __init__(
        self,
        client_of: Callable[[int], QuoineUserClient],
        settings: QuoineExchangeSettings,
        clock: Clock,
        provider: str,
    ) -> None:
        self._client_of = client_of
        self._settings = settings
        self._clock = clock
        self._provider = provider

    def send(
        self, request: WithdrawalRequest, user_id: int, operation: Operation
    ) -> Withdrawal:
        """Send, or say how far the withdrawal is.

        :raises NotSupported: if the API can't express the target.
        :raises ProviderRefused: if it was refused, or an operator has to look.
        """
        _check_target(request)
        subject = f"quoine_exchange:coins:{user_id}"
        noted = operation.recall(_STEP) or {"outcome": Outcome.UNSENT.value}
        outcome = Outcome(noted["outcome"])
        if outcome in (Outcome.DONE, Outcome.REFUSED, Outcome.UNCLEAR):
            operation.release(subject)
            if outcome is not Outcome.DONE:
                raise ProviderRefused(self._provider, str(noted["problem"]))
            with closing(self._reopen(user_id)) as client:
                found = client.get_crypto_withdrawal(int(noted["id"]))
            return self._report(request, found, operation, noted)
        holder = operation.reserve(subject)
        if holder is not None:
            raise ProviderBusy(
                self._provider, f"user {user_id} waits for the outcome of {holder}"
            )
        attempt = _Attempt(request, operation, subject)
        if outcome is Outcome.UNSENT:
            return self._begin(attempt, user_id)
        with closing(self._reopen(user_id)) as client:
            return self._judge(attempt, client, noted)

    def _reopen(self, user_id: int) -> QuoineUserClient:
        """Make the client again for what was sent already."""
        try:
            return self._client_of(user_id)
        except NotSupported as err:
            # A secret that can't be read at present must not look like an end.
            raise ProviderUnavailable(
                self._provider, f"the withdrawal can't be looked up: {err}"
            ) from None

    def _begin(self, attempt: _Attempt, user_id: int) -> Withdrawal:
        try:
            client = self._client_of(user_id)
        except CheckoutKitError:
            attempt.operation.release(attempt.subject)
            raise
        with closing(client):
            try:
                known = [each.id for each in self._list(client)]
            except CheckoutKitError:
                attempt.operation.release(attempt.subject)
                raise
            return self._send(attempt, client, known, tries=1)

    def _send(
        self, attempt: _Attempt, client: QuoineUserClient, known: list[int], tries: int
    ) -> Withdrawal:
        noted = {
            "sentAt": self._clock.now().isoformat(),
            "known": known,
            "tries": tries,
        }
        attempt.note(noted, Outcome.SENT)
        request = attempt.request
        try:
            found = client.create_crypto_withdrawal(
                request.amount, str(request.target.address)
            )
        except ProviderError as err:
            is_final = isinstance(err, ProviderRefused) and not isinstance(
                err, ProviderAuthError
            )
            if tries == 1 and is_unprocessed(err):
                attempt.settle(noted, Outcome.UNSENT)
            elif is_final:
                # No id of ours that an earlier attempt could have used up.
                problem = err.problem[:300]
                attempt.settle(noted, Outcome.REFUSED, problem=problem)
            raise
        return self._done(attempt, noted, found)

    def _judge(
        self, attempt: _Attempt, client: QuoineUserClient, noted: Mapping[str, Any]
    ) -> Withdrawal:
        """Look in the list for what became of a withdrawal whose answer was lost."""
        waited = self._clock.now() - datetime.fromisoformat(noted["sentAt"])
        if waited < self._settings.repeat_after:
            raise ProviderUnavailable(
                self._provider,
                "the answer was lost; the list is searched "
                f"{self._settings.repeat_after_seconds} s after it was sent",
            )
        known, request = set(noted["known"]), attempt.request
        try:
            new = [each for each in self._list(client) if each.id not in known]
        except (ProviderRefused, NotSupported) as err:
            # Whether coins were sent is still open: this must not look like an end.
            raise ProviderUnavailable(
                self._provider, f"the withdrawals can't be listed: {err}"
            ) from None
        address = str(request.target.address)
        ours = [each for each in new if is_for(each, request.amount, address)]
        if len(ours) == 1:
            return self._done(attempt, noted, ours[0])
        if not ours:
            return self._send(
                attempt, client, list(noted["known"]), tries=int(noted["tries"]) + 1
            )
        numbers = ", ".join(str(each.id) for each in ours)
        problem = (
            f"look at the withdrawals {numbers} by hand: each may be this one. Nothing "
            "is sent again"
        )
        logger.error("%s: %s", self._provider, problem)
        attempt.settle(noted, Outcome.UNCLEAR, problem=problem)
        raise ProviderRefused(self._provider, problem)

    def _list(self, client: QuoineUserClient) -> Sequence[CryptoWithdrawalAnswer]:
        """List all withdrawals; a part of them would prove nothing.

        :raises ProviderProtocolError: if not all of them can be had.
        """
        page = client.list_crypto_withdrawals()
        found = list(page.withdrawals)
        if page.total_pages > _MAX_PAGES:
            raise ProviderProtocolError(self._provider, "the list has too many pages")
        for number in range(2, page.total_pages + 1):
            found += client.list_crypto_withdrawals(number).withdrawals
        return found

    def _done(
        self,
        attempt: _Attempt,
        noted: Mapping[str, Any],
        found: CryptoWithdrawalAnswer,
    ) -> Withdrawal:
        done = {**noted, "id": found.id, "status": WithdrawalStatus.PENDING.value}
        attempt.settle(done, Outcome.DONE)
        return self._report(attempt.request, found, attempt.operation, done)

    def _report(
        self,
        request: WithdrawalRequest,
        found: CryptoWithdrawalAnswer,
        operation: Operation,
        noted: Mapping[str, Any],
    ) -> Withdrawal:
        """Say how far it is; a state that nobody knows changes nothing."""
        if not is_for(found, request.amount, str(request.target.address)):
            raise ProviderProtocolError(
                self._provider, f"the withdrawal {found.id} is another one now"
            )
        status = self._settings.withdrawal_states.get(found.state)
        problem = None
        if status is None:
            status = WithdrawalStatus(noted["status"])
            problem = (
                "this state is not in the document and not in the setting "
                "withdrawal_states; look at it by hand"
            )
        elif status.value != noted["status"]:
            done = {**noted, "status": status.value, "outcome": Outcome.DONE.value}
            operation.record(_STEP, done)
        return Withdrawal(
            reference=str(found.id),
            status=status,
            amount=request.amount,
            requested_at=datetime.fromisoformat(noted["sentAt"]),
            provider_state=found.state,
            problem=problem,
        )


class _Attempt:
    """What is to be sent, and where that is written down."""

    def __init__(
        self, request: WithdrawalRequest, operation: Operation, subject: str
    ) -> None:
        self.request = request
        self.operation = operation
        self.subject = subject

    def note(self, data: Mapping[str, Any], outcome: Outcome) -> None:
        """Write down how far it is."""
        self.operation.record(_STEP, {**data, "outcome": outcome.value})

    def settle(self, data: Mapping[str, Any], outcome: Outcome, **more: str) -> None:
        """Write down what became of it, and let the next one send."""
        self.note({**data, **more}, outcome)
        self.operation.release(self.subject)


def _check_target(request: WithdrawalRequest) -> None:
    target = request.target
    if target.currency != request.amount.currency:
        raise NotSupported("coins arrive as what they are")
    if target.currency.is_fiat or target.currency.issuer is not None:
        raise NotSupported("the API names coins by their code alone")
    if target.memo is not None or target.destination_tag is not None:
        raise NotSupported("the API takes an address alone, no memo and no tag")
