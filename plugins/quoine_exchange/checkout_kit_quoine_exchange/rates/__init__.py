"""Rates from Quoine's Pusher channels: what is heard, read, kept and handed out."""

from checkout_kit_quoine_exchange.rates.fetching import RateFetcher

__all__ = ["RateFetcher"]
