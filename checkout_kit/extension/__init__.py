"""The extension: the facade that shops call, a module for each kind of call."""

from checkout_kit.extension.kit import CheckoutKit

__all__ = ["CheckoutKit"]
