"""The root of every error."""

from __future__ import annotations


class CheckoutKitError(Exception):
    """The root of every error raised by checkout-kit."""
