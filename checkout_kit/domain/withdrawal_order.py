"""Withdrawal orders: withdrawals as the kit keeps them, from asking to arrival."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from checkout_kit.domain.money import Money
from checkout_kit.domain.withdrawal import (
    Withdrawal,
    WithdrawalRequest,
    WithdrawalStatus,
)
from checkout_kit.errors import InvalidTransition


class WithdrawalState(str, Enum):
    """How far a withdrawal has come; the labels are COINQVEST's."""

    #: What would arrive is known. Nothing has moved, and nothing will by itself.
    PENDING_API_COMMIT = "PENDING_API_COMMIT"
    #: It was committed: money may have left the wallet, and may still come back.
    PROCESSING = "PROCESSING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"

    @property
    def is_final(self) -> bool:
        """Whether nothing will change any more."""
        return self in (WithdrawalState.COMPLETED, WithdrawalState.FAILED)


_AFTER_COMMIT: Mapping[WithdrawalStatus, WithdrawalState] = {
    # A provider may show what was just committed as still waiting.
    WithdrawalStatus.PENDING: WithdrawalState.PROCESSING,
    WithdrawalStatus.PROCESSING: WithdrawalState.PROCESSING,
    WithdrawalStatus.COMPLETED: WithdrawalState.COMPLETED,
    WithdrawalStatus.FAILED: WithdrawalState.FAILED,
}


@dataclass(frozen=True, slots=True)
class WithdrawalOrder:
    """One withdrawal of a store.

    ``promised`` is what was said to arrive when it was made: for less, nothing is sent.
    ``result`` is the provider's latest word. ``attempts`` counts how often it was asked
    to send; an attempt that is not the newest may record nothing any more. ``origin``
    is ``API`` for the REST API, ``UI`` for the shop's own code and commands.
    """

    id: str
    store_id: str
    provider: str
    request: WithdrawalRequest
    state: WithdrawalState
    created_at: datetime
    expires_at: datetime
    origin: str = "UI"
    committed_at: datetime | None = None
    finished_at: datetime | None = None
    promised: Money | None = None
    attempts: int = 0
    result: Withdrawal | None = None
    problem: str | None = None

    @property
    def key(self) -> str:
        """The operation key: the same for preparing, sending and every attempt."""
        return f"withdraw:{self.id}"

    @property
    def received(self) -> Money | None:
        """What arrives: as the provider reports it, else as it was promised."""
        reported = self.result.received if self.result else None
        return reported if reported is not None else self.promised

    @property
    def fee(self) -> Money | None:
        """What the provider keeps, if it is known."""
        return self.result.fee if self.result else None

    @property
    def to_send(self) -> WithdrawalRequest:
        """The request, with what was promised as the least that may arrive."""
        if self.promised is None:
            return self.request
        return replace(self.request, least_received=self.promised)

    def committed(self, now: datetime) -> WithdrawalOrder:
        """The order once somebody has said that it is to be sent."""
        return replace(
            self,
            state=WithdrawalState.PROCESSING,
            committed_at=now,
            attempts=1,
            problem=None,
        )

    def reported(self, answer: Withdrawal, now: datetime) -> WithdrawalOrder:
        """The order after the provider's word on it."""
        state = _AFTER_COMMIT[answer.status]
        problem = answer.problem
        promised, arrived = self.promised, answer.received
        if promised is not None and arrived is not None and arrived < promised:
            problem = f"{arrived} arrives, and {promised} was promised"
        return replace(
            self,
            state=state,
            result=answer,
            problem=problem,
            finished_at=now if state.is_final else None,
        )

    def resolved(self, state: WithdrawalState, now: datetime) -> WithdrawalOrder:
        """The order once an operator has found out how it ended; moves nothing.

        :raises InvalidTransition: if it is not under way, or the state is no end.
        """
        if self.state is not WithdrawalState.PROCESSING or not state.is_final:
            raise InvalidTransition(
                "resolve",
                self.state.value,
                "only one under way can be resolved, as COMPLETED or FAILED",
                noun="withdrawal",
            )
        return replace(self, state=state, finished_at=now)

    def failed(self, problem: str, now: datetime) -> WithdrawalOrder:
        """The order once it is certain that nothing was and will be sent."""
        return replace(
            self, state=WithdrawalState.FAILED, problem=problem, finished_at=now
        )
