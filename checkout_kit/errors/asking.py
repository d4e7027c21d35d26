"""Errors of what is asked of the kit: by shops, buyers and callers of the REST API."""

from __future__ import annotations

from checkout_kit.errors.root import CheckoutKitError


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
    """Raised when something is asked of a checkout that its state does not allow.

    ``noun`` is what it was asked of, where that is not a checkout.
    """

    def __init__(
        self, action: str, state: str, problem: str, *, noun: str = "checkout"
    ) -> None:
        super().__init__(f"can't {action} a {noun} in {state}: {problem}")
        self.noun = noun
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


class OfferRefused(CheckoutKitError):
    """Raised when a signed offer can't be taken up; nothing was made.

    ``reason`` is one of ``tampered``, ``expired``, ``amount`` (missing, or no amount),
    ``bounds``, ``fixed`` (an amount was named where the offer has its own),
    ``quantity``, ``currency`` and ``mixed`` (offers that do not go together); of a
    payment link also ``closed`` and ``sold_out``.
    """

    def __init__(self, reason: str, problem: str) -> None:
        super().__init__(f"offer: {problem}")
        self.reason = reason
        self.problem = problem


class ReturnSignatureError(CheckoutKitError):
    """Raised when the arguments of a return URL were not signed by us, or are too old.

    ``is_expired`` tells a genuine signature that is too old from a forged one.
    """

    def __init__(self, problem: str, *, is_expired: bool = False) -> None:
        super().__init__(f"checkoutSignature: {problem}")
        self.problem = problem
        self.is_expired = is_expired
