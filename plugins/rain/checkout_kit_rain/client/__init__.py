"""The Rain API: every endpoint of its document, one module per resource."""

from __future__ import annotations

from checkout_kit import Clock
from checkout_kit_rain.client.accounts import AccountResource
from checkout_kit_rain.client.buys import BuyResource
from checkout_kit_rain.client.deposits import DepositResource
from checkout_kit_rain.client.orders import OrderResource
from checkout_kit_rain.client.prices import PriceResource
from checkout_kit_rain.client.requests import RequestResource
from checkout_kit_rain.client.sells import SellResource
from checkout_kit_rain.client.sends import SendResource
from checkout_kit_rain.client.transactions import TransactionResource
from checkout_kit_rain.client.transfers import TransferResource
from checkout_kit_rain.client.transport import Transport, check_id
from checkout_kit_rain.client.user import UserResource
from checkout_kit_rain.client.withdrawals import WithdrawalResource
from checkout_kit_rain.config import RainSettings

__all__ = ["RainClient", "check_id"]


class RainClient:
    """Calls the API as one user, such as ``client.sells.confirm(sell_id)``.

    Answers are read at once into frozen objects. Safe for many threads.
    """

    def __init__(
        self, settings: RainSettings, clock: Clock, provider: str = "rain"
    ) -> None:
        self.provider = provider
        self.transport = Transport(settings, clock, provider)
        self.user = UserResource(self.transport)
        self.accounts = AccountResource(self.transport)
        self.transactions = TransactionResource(self.transport)
        self.sends = SendResource(self.transport)
        self.requests = RequestResource(self.transport)
        self.buys = BuyResource(self.transport)
        self.sells = SellResource(self.transport)
        self.deposits = DepositResource(self.transport)
        self.withdrawals = WithdrawalResource(self.transport)
        self.transfers = TransferResource(self.transport)
        self.orders = OrderResource(self.transport)
        self.prices = PriceResource(self.transport)

    def close(self) -> None:
        """Close the connections that are kept alive."""
        self.transport.close()
