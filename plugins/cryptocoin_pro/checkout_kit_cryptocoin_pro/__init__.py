"""CryptoCoin.pro as a payment provider: crypto sold to fiat, or its own page."""

from checkout_kit_cryptocoin_pro.plugin import CryptocoinProPlugin

__all__ = ["CryptocoinProPlugin"]
