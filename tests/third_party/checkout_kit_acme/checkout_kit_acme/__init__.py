"""Acme as a payment provider of checkout-kit."""

from .plugin import Plugin

__all__ = ["Plugin"]
