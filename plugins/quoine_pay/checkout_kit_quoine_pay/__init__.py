"""Quoine Pay (bitcoin invoices, settled in fiat) as a provider of checkout-kit."""

from checkout_kit_quoine_pay.plugin import QuoinePayPlugin

__all__ = ["QuoinePayPlugin"]
