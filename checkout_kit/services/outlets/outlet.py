"""The outlet: what dispatching and sending ask of each way out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from checkout_kit.domain.delivery import (
    DueDelivery,
    SendOutcome,
    SendResult,
    Subscription,
)
from checkout_kit.domain.event import Event
from checkout_kit.errors import SendFailed
from checkout_kit.services.ports import PostAnswer, UnitOfWork

#: Answers after which the receiver as a whole is left alone for a while.
_TROUBLE = frozenset({429, 502, 503, 504})


class Outlet(Protocol):
    """A way for events out of the kit."""

    #: How the names of its subscribers begin.
    prefix: str

    def subscriptions(
        self, unit: UnitOfWork, events: Sequence[Event]
    ) -> Iterable[tuple[int, Subscription]]:
        """Who is to hear of which of these events, by the event's sequence."""

    def send(self, delivery: DueDelivery) -> SendOutcome:
        """Tell one subscriber of one event; no transaction is open meanwhile."""

    def let_go(
        self, unit: UnitOfWork, delivery: DueDelivery, problem: str, now: datetime
    ) -> None:
        """Take in that the subscriber is gone, in the transaction that notes it."""


def judge(answer: PostAnswer) -> SendOutcome:
    """What a receiver's answer means: 2xx is success, a redirect is none."""
    status = answer.status
    if 200 <= status < 300:
        return SendOutcome(SendResult.DELIVERED, status=status, answer=answer.excerpt)
    result, problem = SendResult.FAILED, f"answered with status {status}"
    if status == 410:
        result, problem = SendResult.GONE, "answered 410: it wants no more webhooks"
    elif 300 <= status < 400:
        problem = f"redirects (status {status}), which is never followed"
    return SendOutcome(
        result,
        problem,
        status,
        answer.excerpt,
        answer.retry_after,
        has_trouble=status in _TROUBLE,
    )


def no_answer(failure: SendFailed) -> SendOutcome:
    """What it means that no answer came."""
    return SendOutcome(SendResult.FAILED, failure.problem, has_trouble=True)
