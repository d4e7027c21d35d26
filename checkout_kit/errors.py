"""Every error that checkout-kit raises: one shallow tree, evidence as attributes.

Messages name what is wrong, where, and what to do. They never hold a secret, a whole
request or answer body, or a header.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class CheckoutKitError(Exception):
    """The root of every error raised by checkout-kit."""


class ConfigurationError(CheckoutKitError):
    """Raised when a setting is missing or wrong; the app does not start."""

    def __init__(self, key: str, problem: str) -> None:
        super().__init__(f"{key}: {problem}")
        #: The config key, or ``CHECKOUT_KIT_PLUGINS[plugin].key`` for a plugin's own.
        self.key = key
        #: What is expected there; never the value that was found.
        self.problem = problem


class PluginError(CheckoutKitError):
    """Raised when a plugin can't be loaded or breaks the hook contract at start-up."""

    def __init__(
        self, plugin: str, problem: str, *, distribution: str | None = None
    ) -> None:
        where = f" (from {distribution})" if distribution else ""
        super().__init__(f"plugin {plugin!r}{where}: {problem}")
        self.plugin = plugin
        self.problem = problem
        #: Name and version of the distribution that brought the plugin, if known.
        self.distribution = distribution


class InputError(CheckoutKitError):
    """Raised when the caller handed in something that can't be accepted.

    Nothing was changed. ``field`` is the name in the REST API's spelling, such as
    ``charge.lineItems[0].netAmount``.
    """

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field
        self.problem = problem


class AmountError(InputError):
    """Raised when an amount is not a number, over-precise, huge or out of bounds."""


class CurrencyError(InputError):
    """Raised when a currency is unknown, or two currencies are mixed."""


class NotFoundError(CheckoutKitError):
    """Raised when an id or token belongs to nothing that the caller may see."""

    def __init__(self, noun: str, identifier: str) -> None:
        super().__init__(f"no {noun} with the id {identifier!r}")
        self.noun = noun
        self.identifier = identifier


class IdempotencyConflict(CheckoutKitError):
    """Raised when an idempotency key was used before with another request."""

    def __init__(self, key: str) -> None:
        super().__init__(
            f"the idempotency key {key!r} was used before with another request; "
            "use a new key for a new request"
        )
        self.key = key


class RequestInProgress(CheckoutKitError):
    """Raised when another request with the same idempotency key is under way."""

    def __init__(self, key: str) -> None:
        super().__init__(
            f"a request with the idempotency key {key!r} is under way; "
            "send it again in a moment for its answer"
        )
        self.key = key


class RequestReplayed(CheckoutKitError):
    """Raised when a signed request that changes something is sent a second time."""

    def __init__(self) -> None:
        super().__init__(
            "this signature was used before; sign each request anew, or send an "
            "Idempotency-Key with a request that may have to be repeated"
        )


class InvalidTransition(CheckoutKitError):
    """Raised when something is asked of a checkout that its state does not allow."""

    def __init__(self, action: str, state: str, problem: str) -> None:
        super().__init__(f"can't {action} a checkout in {state}: {problem}")
        self.action = action
        self.state = state
        self.problem = problem


class MethodUnavailable(CheckoutKitError):
    """Raised when a payment method is not offered for this checkout at present."""

    def __init__(self, method_id: str, problem: str) -> None:
        super().__init__(f"payment method {method_id!r} is not available: {problem}")
        self.method_id = method_id
        self.problem = problem


class QuoteExpired(CheckoutKitError):
    """Raised when a quote is too old to be paid; quoting anew helps."""

    def __init__(self, method_id: str) -> None:
        super().__init__(f"the quote for {method_id!r} has expired; ask for a new one")
        self.method_id = method_id


class ReturnSignatureError(CheckoutKitError):
    """Raised when the arguments of a return URL were not signed by us, or are too old.

    ``is_expired`` tells a genuine signature that is too old from a forged one.
    """

    def __init__(self, problem: str, *, is_expired: bool = False) -> None:
        super().__init__(f"checkoutSignature: {problem}")
        self.problem = problem
        self.is_expired = is_expired


class DatabaseBusy(CheckoutKitError):
    """Raised when the database stayed locked for longer than the busy timeout."""

    def __init__(self) -> None:
        super().__init__(
            "the database was locked for too long; nothing was changed. With SQLite, "
            "keep the shop's own transactions short, or use PostgreSQL "
            "(CHECKOUT_KIT_DATABASE_URL)"
        )


class SchemaOutdated(CheckoutKitError):
    """Raised when the database lacks tables or migrations that this version needs."""

    def __init__(self, found: str | None, expected: str) -> None:
        super().__init__(
            f"the database is at revision {found or 'none'}, this version needs "
            f"{expected}: run `flask checkout init-db`"
        )
        self.found = found
        self.expected = expected


class SecretUnreadable(CheckoutKitError):
    """Raised when no key that is left can decrypt a secret that was kept."""

    def __init__(self) -> None:
        super().__init__(
            "a kept secret can't be decrypted: put the key that it was kept with back "
            "into CHECKOUT_KIT_ENCRYPTION_KEYS or SECRET_KEY_FALLBACKS, or make the "
            "secret anew"
        )


class HandlerCommitted(CheckoutKitError):
    """Raised when an event handler ended the transaction that the kit commits."""

    def __init__(self, handler: str) -> None:
        super().__init__(
            f"the handler {handler} committed or rolled back the session it was "
            "given; leave that to the kit, which commits the order and the "
            "delivery together"
        )
        self.handler = handler


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


class SendFailed(CheckoutKitError):
    """Raised when something sent to a receiver got no answer; it may have arrived."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class TargetRefused(SendFailed):
    """Raised when a request would leave the public Internet; nothing was sent."""

    def __init__(self, host: str) -> None:
        super().__init__(
            "its host is not on the public Internet, or it is not https on port 443 or "
            "8443; CHECKOUT_KIT_ALLOW_PRIVATE_WEBHOOKS lists networks that are fine"
        )
        self.host = host


class WebhookRefused(CheckoutKitError):
    """Raised when a provider's webhook is not genuine; nothing of it is used."""

    def __init__(self, provider: str, problem: str) -> None:
        super().__init__(f"{provider} webhook refused: {problem}")
        self.provider = provider
        self.problem = problem
