"""COINQVEST (today Whalestack) as a payment provider of checkout-kit."""

from checkout_kit_coinqvest.plugin import CoinqvestPlugin

__all__ = ["CoinqvestPlugin"]
