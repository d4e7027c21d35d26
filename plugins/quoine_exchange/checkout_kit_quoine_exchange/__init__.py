"""Quoine Exchange for checkout-kit: settlement, payouts and market rates."""

from checkout_kit_quoine_exchange.plugin import QuoineExchangePlugin

__all__ = ["QuoineExchangePlugin"]
