"""The journal: how far one movement of money has come, and that it is alone.

Whatever moves money goes the same way. It takes its subject (an account, a user's
coins), so that nothing else changes what may have to be looked at again; it writes down
that it is about to send; and what became of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from checkout_kit import (
    Operation,
    ProviderAuthError,
    ProviderBusy,
    ProviderError,
    ProviderRateLimited,
    ProviderRefused,
    ProviderUnavailable,
    ProviderUnreachable,
)


class Unclear(ProviderRefused):
    """Raised when nobody but a person can tell whether money has moved.

    Nothing is sent again, and it must not be taken for "nothing was sent".
    """


class Outcome(str, Enum):
    """What is known of a movement."""

    #: Surely not processed, may be sent.
    UNSENT = "unsent"
    #: It may have been processed: it has to be looked up.
    SENT = "sent"
    DONE = "done"
    REFUSED = "refused"
    #: What was looked up fits no answer: only people can tell.
    UNCLEAR = "unclear"


class Journal:
    """Keeps one movement's course in its operation.

    :param step: under which it is recorded.
    :param subject: what nobody else may touch meanwhile, named alike in every process.
    """

    def __init__(
        self, operation: Operation, step: str, subject: str, provider: str
    ) -> None:
        self._operation = operation
        self._step = step
        self._subject = f"quoine_exchange:{subject}"
        self._provider = provider

    def read(self) -> tuple[Outcome, Mapping[str, Any]]:
        """Read how far it is."""
        noted = self._operation.recall(self._step) or {"outcome": Outcome.UNSENT.value}
        return Outcome(noted["outcome"]), noted

    def find_end(self) -> Mapping[str, Any] | None:
        """Read what became of it, or None while that is open.

        :raises ProviderRefused: if it ended badly.
        """
        outcome, noted = self.read()
        if outcome in (Outcome.UNSENT, Outcome.SENT):
            return None
        # A crash may have come between the record and the release.
        self.let_go()
        if outcome is not Outcome.DONE:
            if outcome is Outcome.UNCLEAR:
                raise Unclear(self._provider, str(noted["problem"]))
            raise ProviderRefused(self._provider, str(noted["problem"]))
        return noted

    def take(self) -> None:
        """Take the subject for this movement alone.

        :raises ProviderBusy: while another one has it.
        """
        holder = self._operation.reserve(self._subject)
        if holder is not None:
            raise ProviderBusy(
                self._provider, f"{self._subject} waits for the outcome of {holder}"
            )

    def let_go(self) -> None:
        """Let the subject go."""
        self._operation.release(self._subject)

    def note(self, data: Mapping[str, Any], outcome: Outcome) -> None:
        """Write down how far it is."""
        self._operation.record(self._step, {**data, "outcome": outcome.value})

    def settle(self, data: Mapping[str, Any], outcome: Outcome, **more: str) -> None:
        """Write down what became of it, and let the subject go."""
        self.note({**data, **more}, outcome)
        self.let_go()

    def check_patience(
        self, noted: Mapping[str, Any], now: datetime, patience: timedelta
    ) -> None:
        """Refuse to judge what may still be on its way.

        :raises ProviderUnavailable: until so much time has passed since it was sent.
        """
        if now - datetime.fromisoformat(noted["sentAt"]) < patience:
            raise ProviderUnavailable(
                self._provider,
                "the answer was lost; what became of it is looked up "
                f"{patience.total_seconds():.0f} s after it was sent",
            )


def is_unprocessed(error: ProviderError) -> bool:
    """Whether a request was surely not processed; a 503 never says so for money."""
    if isinstance(error, ProviderRateLimited):
        return error.status == 429
    if isinstance(error, ProviderAuthError):
        return error.status in (401, 403)
    return isinstance(error, ProviderUnreachable)


def is_refusal(error: ProviderError) -> bool:
    """Whether the request was understood, and will never be granted."""
    return isinstance(error, ProviderRefused) and not isinstance(
        error, ProviderAuthError
    )
