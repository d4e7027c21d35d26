"""Errors of what the kit sends to others by itself."""

from __future__ import annotations

from checkout_kit.errors.root import CheckoutKitError


class SendFailed(CheckoutKitError):
    """Raised when something sent to a receiver got no answer; it may have arrived."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class MailRefused(SendFailed):
    """Raised when a mail server will never take a mail; trying again can't help."""


class TargetRefused(SendFailed):
    """Raised when a request would leave the public Internet; nothing was sent."""

    def __init__(self, host: str) -> None:
        super().__init__(
            "its host is not on the public Internet, or it is not https on port 443 or "
            "8443; CHECKOUT_KIT_ALLOW_PRIVATE_WEBHOOKS lists networks that are fine"
        )
        self.host = host
