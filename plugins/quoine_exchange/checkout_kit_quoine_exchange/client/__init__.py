"""The Quoine Exchange API: its endpoints, signed by the vendor or by a user."""

from checkout_kit_quoine_exchange.client.user import QuoineUserClient, is_for
from checkout_kit_quoine_exchange.client.vendor import QuoineExchangeClient

__all__ = ["QuoineExchangeClient", "QuoineUserClient", "is_for"]
