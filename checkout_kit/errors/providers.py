"""Errors of providers, and of what comes from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from checkout_kit.errors.root import CheckoutKitError


class ProviderError(CheckoutKitError):
    """Raised when a provider can't do what was asked of it; the root of its kind.

    ``should_retry`` says whether the same call may succeed later without a change.
    """

    should_retry = False

    def __init__(self, provider: str, problem: str) -> None:
        super().__init__(f"{provider}: {problem}")
        self.provider = provider
        self.problem = problem


class ProviderUnreachable(ProviderError):
    """Raised when no connection could be made; the request was never processed."""

    should_retry = True


class ProviderTimeout(ProviderError):
    """Raised when the provider was too slow; whether it acted is unknown."""

    should_retry = True


class ProviderUnavailable(ProviderError):
    """Raised when the provider answered with a 5xx status; whether it acted is unknown.

    ``retry_after`` is the wait in seconds that the provider asked for, if it did.
    """

    should_retry = True

    def __init__(
        self,
        provider: str,
        problem: str,
        *,
        status: int | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(provider, problem)
        self.status = status
        self.retry_after = retry_after


class ProviderRateLimited(ProviderUnavailable):
    """Raised when the provider refuses further calls for a while (HTTP 429)."""


class ProviderProtocolError(ProviderError):
    """Raised when an answer is not what the provider's document describes.

    Nothing of such an answer is used. ``evidence`` is its beginning, bounded and with
    secrets removed.
    """

    def __init__(self, provider: str, problem: str, *, evidence: str = "") -> None:
        super().__init__(provider, problem)
        self.evidence = evidence[:2000]


class ProviderRefused(ProviderError):
    """Raised when the provider understood the request and said no (a 4xx answer).

    ``messages`` are the provider's own words, ``status`` the HTTP status.
    """

    def __init__(
        self,
        provider: str,
        problem: str,
        *,
        status: int | None = None,
        messages: Sequence[str] = (),
        fields: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        super().__init__(provider, problem)
        self.status = status
        self.messages = tuple(messages)
        self.fields = dict(fields or {})


class ProviderAuthError(ProviderRefused):
    """Raised when the provider does not accept our credentials or our clock."""


class ProviderBusy(ProviderError):
    """Raised when all of a provider's call slots are taken, or its breaker is open.

    No call was made.
    """

    should_retry = True


class NotSupported(CheckoutKitError):
    """Raised when a provider has no way to do what was asked."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class WebhookRefused(CheckoutKitError):
    """Raised when a provider's webhook is not genuine; nothing of it is used."""

    def __init__(self, provider: str, problem: str) -> None:
        super().__init__(f"{provider} webhook refused: {problem}")
        self.provider = provider
        self.problem = problem
