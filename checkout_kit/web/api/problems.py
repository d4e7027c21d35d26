"""Problems: what a request is refused with, in the document's error shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from checkout_kit.errors import (
    CheckoutKitError,
    DatabaseBusy,
    IdempotencyConflict,
    InputError,
    InvalidTransition,
    MethodUnavailable,
    NotFoundError,
    NotSupported,
    ProviderError,
    ProviderRefused,
    QuoteExpired,
    RequestInProgress,
    RequestReplayed,
    SchemaOutdated,
    SecretUnreadable,
)

_BUSY = "The service is busy; nothing was changed. Send the request again in a moment."
#: Errors whose own message is for the caller: the status, and seconds until a retry.
_TOLD: tuple[tuple[type[CheckoutKitError], int, int | None], ...] = (
    (InputError, 400, None),
    (RequestReplayed, 401, None),
    (InvalidTransition, 409, None),
    (MethodUnavailable, 409, None),
    (QuoteExpired, 409, None),
    (RequestInProgress, 409, 2),
    (IdempotencyConflict, 422, None),
    (NotSupported, 422, None),
)


class Problem(Exception):
    """Why a request is refused: the status, and a sentence for each mistake."""

    def __init__(
        self,
        status: int,
        errors: Sequence[str],
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(*errors)
        self.status = status
        self.errors = tuple(errors)
        self.headers = dict(headers or {})


def problem_of(error: CheckoutKitError) -> Problem | None:
    """The problem that an error of the kit means to the caller; None: it is a fault.

    What a provider said, and what is configured, is not for the caller's eyes.
    """
    for kind, status, seconds in _TOLD:
        if isinstance(error, kind):
            return Problem(status, [str(error)], _retry_after(seconds))
    if isinstance(error, NotFoundError):
        # The same for every id, so that nobody's own is told from an unknown one.
        return Problem(404, [f"id: there is no {error.noun} with this id."])
    if isinstance(error, (DatabaseBusy, SchemaOutdated, SecretUnreadable)):
        return Problem(503, [_BUSY], _retry_after(5))
    if isinstance(error, ProviderRefused):
        return Problem(422, [f"The provider {error.provider} refused this."])
    if isinstance(error, ProviderError):
        seconds = 5 if error.should_retry else None
        return Problem(
            503 if error.should_retry else 502,
            [f"The provider {error.provider} can't be asked at present."],
            _retry_after(seconds),
        )
    return None


def _retry_after(seconds: int | None) -> dict[str, str]:
    return {} if seconds is None else {"Retry-After": str(seconds)}
