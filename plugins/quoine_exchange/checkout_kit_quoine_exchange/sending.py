"""Sending: coins of a user's to an address, never twice.

The API knows no idempotency key for it. So a user sends one withdrawal at a time, the
withdrawals that there are are noted before, and after a lost answer the list is
searched for a new one of the same amount to the same address.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from checkout_kit import (
    CheckoutKitError,
    Clock,
    NotSupported,
    Operation,
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
from checkout_kit_quoine_exchange.journal import (
    Journal,
    Outcome,
    Unclear,
    is_refusal,
    is_unprocessed,
)

logger = logging.getLogger("checkout_kit_quoine_exchange")

_MAX_PAGES = 100


@dataclass(frozen=True, slots=True)
class _Attempt:
    """What is to be sent, and where that is written down."""

    request: WithdrawalRequest
    journal: Journal


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
        subject = f"coins:{user_id}"
        journal = Journal(operation, "coins", subject, self._provider)
        attempt = _Attempt(request, journal)
        ended = journal.find_end()
        if ended is not None:
            with closing(self._reopen(user_id)) as client:
                found = self._look_up(client, int(ended["id"]))
            return self._report(attempt, found, ended)
        journal.take()
        outcome, noted = journal.read()
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

    def _look_up(self, client: QuoineUserClient, number: int) -> CryptoWithdrawalAnswer:
        """Read a withdrawal that was made; that it is not shown is no end of it."""
        try:
            return client.get_crypto_withdrawal(number)
        except ProviderRefused as err:
            raise ProviderUnavailable(
                self._provider, f"the withdrawal {number} is not shown: {err.problem}"
            ) from None

    def _begin(self, attempt: _Attempt, user_id: int) -> Withdrawal:
        try:
            client = self._client_of(user_id)
        except CheckoutKitError:
            attempt.journal.let_go()
            raise
        with closing(client):
            try:
                known = [each.id for each in self._list(client)]
            except CheckoutKitError:
                attempt.journal.let_go()
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
        attempt.journal.note(noted, Outcome.SENT)
        request = attempt.request
        try:
            found = client.create_crypto_withdrawal(
                request.amount, str(request.target.address)
            )
        except ProviderError as err:
            if tries == 1 and is_unprocessed(err):
                attempt.journal.settle(noted, Outcome.UNSENT)
            elif is_refusal(err):
                # No id of ours that an earlier attempt could have used up.
                problem = err.problem[:300]
                attempt.journal.settle(noted, Outcome.REFUSED, problem=problem)
            raise
        return self._done(attempt, noted, found)

    def _judge(
        self, attempt: _Attempt, client: QuoineUserClient, noted: Mapping[str, Any]
    ) -> Withdrawal:
        """Look in the list for what became of a withdrawal whose answer was lost."""
        attempt.journal.check_patience(
            noted, self._clock.now(), self._settings.repeat_after
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
        attempt.journal.settle(noted, Outcome.UNCLEAR, problem=problem)
        raise Unclear(self._provider, problem)

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
        attempt.journal.settle(done, Outcome.DONE)
        return self._report(attempt, found, done)

    def _report(
        self,
        attempt: _Attempt,
        found: CryptoWithdrawalAnswer,
        noted: Mapping[str, Any],
    ) -> Withdrawal:
        """Say how far it is; a state that nobody knows changes nothing."""
        request = attempt.request
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
            attempt.journal.note({**noted, "status": status.value}, Outcome.DONE)
        return Withdrawal(
            reference=str(found.id),
            status=status,
            amount=request.amount,
            requested_at=datetime.fromisoformat(noted["sentAt"]),
            provider_state=found.state,
            problem=problem,
        )


def _check_target(request: WithdrawalRequest) -> None:
    target = request.target
    if target.currency != request.amount.currency:
        raise NotSupported("coins arrive as what they are")
    if target.currency.is_fiat or target.currency.issuer is not None:
        raise NotSupported("the API names coins by their code alone")
    if target.memo is not None or target.destination_tag is not None:
        raise NotSupported("the API takes an address alone, no memo and no tag")
