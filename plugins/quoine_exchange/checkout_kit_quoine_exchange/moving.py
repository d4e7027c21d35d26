"""Moving: money into or out of an account exactly once, with a balance as witness.

That repeating a ``request_id`` is harmless is nowhere promised. So one movement has an
account at a time, its balance is noted before, and whatever is not certain afterwards
is judged by the balance.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from checkout_kit import (
    CheckoutKitError,
    Clock,
    Money,
    NotSupported,
    Operation,
    ProviderError,
    ProviderProtocolError,
    ProviderRefused,
    ProviderUnavailable,
)
from checkout_kit_quoine_exchange.answers import AccountAnswer, MovementAnswer
from checkout_kit_quoine_exchange.client import QuoineExchangeClient
from checkout_kit_quoine_exchange.config import QuoineExchangeSettings
from checkout_kit_quoine_exchange.journal import (
    Journal,
    Outcome,
    Unclear,
    is_refusal,
    is_unprocessed,
)

logger = logging.getLogger("checkout_kit_quoine_exchange")


class Direction(Enum):
    """Which way money goes."""

    IN = 1
    OUT = -1


@dataclass(frozen=True, slots=True)
class Movement:
    """A movement of money that was made."""

    request_id: str
    made_at: datetime
    before: Decimal
    after: Decimal
    #: "answer", or "balance" where the answer was lost.
    proof: str


@dataclass(frozen=True, slots=True)
class _Move:
    """What is to be moved, and where that is written down."""

    direction: Direction
    account_id: int
    amount: Money
    notes: str
    request_id: str
    journal: Journal

    @property
    def change(self) -> Decimal:
        """What the movement does to the balance."""
        return self.amount.amount * self.direction.value


class BalanceMover:
    """Makes movements; the same operation never moves twice.

    :param read_account: reads the account of an id.
    """

    def __init__(
        self,
        client: QuoineExchangeClient,
        read_account: Callable[[int], AccountAnswer],
        settings: QuoineExchangeSettings,
        clock: Clock,
    ) -> None:
        self._client = client
        self._read_account = read_account
        self._settings = settings
        self._clock = clock

    def move(
        self,
        direction: Direction,
        account_id: int,
        amount: Money,
        operation: Operation,
        notes: str,
    ) -> Movement:
        """Move money, or say that it was moved.

        :raises ProviderRefused: if it was refused, or an operator has to look.
        :raises ProviderBusy: while another movement has the account; nothing was sent.
        :raises ProviderError: if it is to be asked again.
        """
        provider = self._client.provider
        journal = Journal(operation, "movement", f"account:{account_id}", provider)
        ended = journal.find_end()
        if ended is not None:
            return _to_movement(ended)
        move = _Move(
            direction,
            account_id,
            amount,
            notes,
            # The same at every attempt.
            request_id=operation.key.replace(":", "-"),
            journal=journal,
        )
        journal.take()
        outcome, noted = journal.read()
        if outcome is Outcome.UNSENT:
            return self._begin(move)
        return self._judge(move, noted)

    def _begin(self, move: _Move) -> Movement:
        try:
            before = self._balance(move)
            if move.direction is Direction.OUT and before < move.amount.amount:
                raise ProviderRefused(
                    self._client.provider,
                    f"account {move.account_id} holds less than is to be paid out",
                )
        except CheckoutKitError:
            move.journal.let_go()
            raise
        return self._send(move, before, tries=1)

    def _send(self, move: _Move, before: Decimal, tries: int) -> Movement:
        noted = {
            "requestId": move.request_id,
            "account": move.account_id,
            "amount": move.amount.to_text(),
            "before": format(before, "f"),
            "sentAt": self._clock.now().isoformat(),
            "tries": tries,
        }
        move.journal.note(noted, Outcome.SENT)
        send = (
            self._client.fund_account
            if move.direction is Direction.IN
            else self._client.withdraw_from_account
        )
        try:
            answer = send(
                move.account_id,
                move.amount,
                request_id=move.request_id,
                notes=move.notes,
            )
        except ProviderError as err:
            if tries == 1 and is_unprocessed(err):
                move.journal.settle(noted, Outcome.UNSENT)
            elif tries == 1 and is_refusal(err):
                move.journal.settle(noted, Outcome.REFUSED, problem=err.problem[:300])
            elif is_refusal(err):
                # Of a repetition even a refusal proves nothing: the first one may have
                # been processed, and its id be taken. The balance tells.
                refused = {**noted, "refusal": err.problem[:300]}
                move.journal.note(refused, Outcome.SENT)
                raise ProviderUnavailable(err.provider, err.problem) from None
            raise
        return self._confirm(move, noted, answer)

    def _confirm(
        self, move: _Move, noted: Mapping[str, Any], answer: MovementAnswer
    ) -> Movement:
        expected = Decimal(noted["before"]) + move.change
        if answer.request_id is None and answer.balance != expected:
            raise ProviderProtocolError(
                self._client.provider,
                "the answer names no request, and its balance is not the expected one; "
                "the balance will be compared",
            )
        return self._done(move, noted, answer.balance, "answer")

    def _judge(self, move: _Move, noted: Mapping[str, Any]) -> Movement:
        """Tell by the balance what became of a movement whose answer was lost."""
        move.journal.check_patience(
            noted, self._clock.now(), self._settings.repeat_after
        )
        try:
            before, balance = Decimal(noted["before"]), self._balance(move)
        except (ProviderRefused, NotSupported) as err:
            # Whether money moved is still open: this must not look like an end.
            raise ProviderUnavailable(
                self._client.provider, f"the balance can't be read: {err}"
            ) from None
        if balance == before + move.change:
            return self._done(move, noted, balance, "balance")
        if balance == before and "refusal" in noted:
            problem = str(noted["refusal"])
            move.journal.settle(noted, Outcome.REFUSED, problem=problem)
            raise ProviderRefused(self._client.provider, problem)
        if balance == before:
            return self._send(move, before, tries=int(noted["tries"]) + 1)
        problem = (
            f"look at account {move.account_id} by hand: whether the request "
            f"{move.request_id} was processed is not known. The balance was "
            f"{before:f} before, {before + move.change:f} would prove it, "
            f"{balance:f} is there. Nothing is sent again"
        )
        logger.error("%s: %s", self._client.provider, problem)
        move.journal.settle(noted, Outcome.UNCLEAR, problem=problem)
        raise Unclear(self._client.provider, problem)

    def _done(
        self, move: _Move, noted: Mapping[str, Any], balance: Decimal, proof: str
    ) -> Movement:
        done = {
            **noted,
            "madeAt": self._clock.now().isoformat(),
            "after": format(balance, "f"),
            "proof": proof,
        }
        move.journal.settle(done, Outcome.DONE)
        return _to_movement(done)

    def _balance(self, move: _Move) -> Decimal:
        found = self._read_account(move.account_id)
        if found.currency != move.amount.currency.code:
            raise ProviderProtocolError(
                self._client.provider,
                f"account {move.account_id} is not in {move.amount.currency.code}",
            )
        return found.balance


def _to_movement(noted: Mapping[str, Any]) -> Movement:
    return Movement(
        request_id=str(noted["requestId"]),
        made_at=datetime.fromisoformat(noted["madeAt"]),
        before=Decimal(noted["before"]),
        after=Decimal(noted["after"]),
        proof=str(noted["proof"]),
    )
