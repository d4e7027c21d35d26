"""Rain as a payment provider of checkout-kit: an address per invoice, sold to fiat."""

from checkout_kit_rain.plugin import RainPlugin

__all__ = ["RainPlugin"]
