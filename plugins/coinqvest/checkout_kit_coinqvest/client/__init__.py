"""The COINQVEST API: its 29 endpoints, in a thin client that reads every answer."""

from checkout_kit_coinqvest.client.assets import AssetCalls
from checkout_kit_coinqvest.client.caller import PAGE_SIZE
from checkout_kit_coinqvest.client.checkouts import CheckoutCalls
from checkout_kit_coinqvest.client.customers import CustomerCalls
from checkout_kit_coinqvest.client.service import ServiceCalls
from checkout_kit_coinqvest.client.wallets import WalletCalls

__all__ = ["PAGE_SIZE", "CoinqvestClient"]


class CoinqvestClient(
    CheckoutCalls, WalletCalls, AssetCalls, CustomerCalls, ServiceCalls
):
    """All endpoints of the API, in one object that many threads share.

    Answers are read at once into frozen objects.
    """
