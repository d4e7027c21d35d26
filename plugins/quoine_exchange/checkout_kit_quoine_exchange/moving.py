"""Moving: money into or out of an account exactly once, with a balance as witness.

That repeating a ``request_id`` is harmless is nowhere promised. So an account is
reserved by one movement at a time, its balance is noted before, and whatever is not
certain afterwards is judged by the balance.
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
    ProviderAuthError,
    ProviderBusy,
    ProviderError,
    ProviderProtocolError,
    ProviderRateLimited,
    ProviderRefused,
    ProviderUnavailable,
    ProviderUnreachable,
)
from checkout_kit_quoine_exchange.answers import AccountAnswer, MovementAnswer
from checkout_kit_quoine_exchange.client import QuoineExchangeClient
from checkout_kit_quoine_exchange.config import QuoineExchangeSettings

logger = logging.getLogger("checkout_kit_quoine_exchange")

_STEP = "movement"


class Direction(Enum):
    """Which way money goes."""

    IN = 1
    OUT = -1


class Outcome(str, Enum):
    """What is known of a movement."""

    #: Surely not processed, may be sent.
    UNSENT = "unsent"
    #: It may have been processed: only the balance tells.
    SENT = "sent"
    DONE = "done"
    REFUSED = "refused"
    #: The balance fits neither answer: only people can tell.
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Movement:
    """A movement of money that was made."""

    request_id: str
    made_at: datetime
    before: Decimal
    after: Decimal
    #: "answer", or "balance" where the answer was lost.
    proof: str


class BalanceMover:
    """Makes movements; the same operation never moves twice."""

    def __init__(
        self,
        client: QuoineExchangeClient,
        settings: QuoineExchangeSettings,
        clock: Clock,
    ) -> None:
        self._client = client
        self._settings = settings
        self._clock = clock

    def move(
        self,
        direction: Direction,
        account: Callable[[], AccountAnswer],
        account_id: int,
        amount: Money,
        operation: Operation,
        notes: str,
    ) -> Movement:
        """Move money, or say that it was moved.

        :param account: reads the account that is named by ``account_id``.
        :raises ProviderRefused: if it was refused, or an operator has to look.
        :raises ProviderBusy: while another movement has the account; nothing was sent.
        :raises ProviderError: if it is to be asked again.
        """
        move = _Move(direction, account, account_id, amount, operation, notes)
        noted = operation.recall(_STEP) or {"outcome": Outcome.UNSENT.value}
        outcome = Outcome(noted["outcome"])
        if outcome in (Outcome.DONE, Outcome.REFUSED, Outcome.UNCLEAR):
            # A crash may have come between the record and the release.
            operation.release(move.subject)
            if outcome is Outcome.DONE:
                return _to_movement(noted)
            raise ProviderRefused(self._client.provider, str(noted["problem"]))
        holder = operation.reserve(move.subject)
        if holder is not None:
            raise ProviderBusy(
                self._client.provider,
                f"account {account_id} waits for the outcome of {holder}",
            )
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
            move.operation.release(move.subject)
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
        move.note(noted, Outcome.SENT)
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
                move.settle(noted, Outcome.UNSENT)
            elif tries == 1 and _is_refusal(err):
                move.settle(noted, Outcome.REFUSED, problem=err.problem[:300])
            elif _is_refusal(err):
                # Of a repetition even a refusal proves nothing: the first one may have
                # been processed, and its id be taken. The balance tells.
                move.note({**noted, "refusal": err.problem[:300]}, Outcome.SENT)
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
        waited = self._clock.now() - datetime.fromisoformat(noted["sentAt"])
        if waited < self._settings.repeat_after:
            raise ProviderUnavailable(
                self._client.provider,
                "the answer was lost; the balance is compared "
                f"{self._settings.repeat_after_seconds} s after it was sent",
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
            move.settle(noted, Outcome.REFUSED, problem=str(noted["refusal"]))
            raise ProviderRefused(self._client.provider, str(noted["refusal"]))
        if balance == before:
            return self._send(move, before, tries=int(noted["tries"]) + 1)
        problem = (
            f"look at account {move.account_id} by hand: whether the request "
            f"{move.request_id} was processed is not known. The balance was "
            f"{before:f} before, {before + move.change:f} would prove it, "
            f"{balance:f} is there. Nothing is sent again"
        )
        logger.error("%s: %s", self._client.provider, problem)
        move.settle(noted, Outcome.UNCLEAR, problem=problem, found=f"{balance:f}")
        raise ProviderRefused(self._client.provider, problem)

    def _done(
        self, move: _Move, noted: Mapping[str, Any], balance: Decimal, proof: str
    ) -> Movement:
        done = {
            **noted,
            "madeAt": self._clock.now().isoformat(),
            "after": format(balance, "f"),
            "proof": proof,
        }
        move.settle(done, Outcome.DONE)
        return _to_movement(done)

    def _balance(self, move: _Move) -> Decimal:
        found = move.account()
        if found.id != move.account_id or found.currency != move.amount.currency.code:
            raise ProviderProtocolError(
                self._client.provider, f"account {move.account_id} is another one now"
            )
        return found.balance


@dataclass(frozen=True, slots=True)
class _Move:
    """What is to be moved, and where that is written down."""

    direction: Direction
    account: Callable[[], AccountAnswer]
    account_id: int
    amount: Money
    operation: Operation
    notes: str

    @property
    def subject(self) -> str:
        """What is reserved: the account, whatever the plugin is called here."""
        return f"quoine_exchange:account:{self.account_id}"

    @property
    def request_id(self) -> str:
        """The request's id, the same at every attempt."""
        return self.operation.key.replace(":", "-")

    @property
    def change(self) -> Decimal:
        """What the movement does to the balance."""
        return self.amount.amount * self.direction.value

    def note(self, data: Mapping[str, Any], outcome: Outcome) -> None:
        """Write down how far it is."""
        self.operation.record(_STEP, {**data, "outcome": outcome.value})

    def settle(self, data: Mapping[str, Any], outcome: Outcome, **more: str) -> None:
        """Write down what became of it, and let the account go."""
        self.note({**data, **more}, outcome)
        self.operation.release(self.subject)


def is_unprocessed(error: ProviderError) -> bool:
    """Whether a request was surely not processed; a 503 never says so for money."""
    if isinstance(error, ProviderRateLimited):
        return error.status == 429
    if isinstance(error, ProviderAuthError):
        return error.status in (401, 403)
    return isinstance(error, ProviderUnreachable)


def _is_refusal(error: ProviderError) -> bool:
    return isinstance(error, ProviderRefused) and not isinstance(
        error, ProviderAuthError
    )


def _to_movement(noted: Mapping[str, Any]) -> Movement:
    return Movement(
        request_id=str(noted["requestId"]),
        made_at=datetime.fromisoformat(noted["madeAt"]),
        before=Decimal(noted["before"]),
        after=Decimal(noted["after"]),
        proof=str(noted["proof"]),
    )
