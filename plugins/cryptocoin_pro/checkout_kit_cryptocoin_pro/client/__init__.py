"""The CryptoCoin.pro API: every endpoint of its document, one module per resource."""

from __future__ import annotations

from checkout_kit import Clock
from checkout_kit_cryptocoin_pro.client.authentication import AuthenticationResource
from checkout_kit_cryptocoin_pro.client.banks import BankResource
from checkout_kit_cryptocoin_pro.client.cards import CardResource
from checkout_kit_cryptocoin_pro.client.catalogue import CatalogueResource
from checkout_kit_cryptocoin_pro.client.checkouts import CheckoutResource
from checkout_kit_cryptocoin_pro.client.deposits import DepositResource
from checkout_kit_cryptocoin_pro.client.kyc import KycResource
from checkout_kit_cryptocoin_pro.client.notifications import NotificationResource
from checkout_kit_cryptocoin_pro.client.orders import OrderResource
from checkout_kit_cryptocoin_pro.client.platform import PlatformResource
from checkout_kit_cryptocoin_pro.client.quotes import QuoteResource
from checkout_kit_cryptocoin_pro.client.rates import RateResource
from checkout_kit_cryptocoin_pro.client.securities import SecurityResource
from checkout_kit_cryptocoin_pro.client.transfers import TransferResource
from checkout_kit_cryptocoin_pro.client.transport import Transport, check_id
from checkout_kit_cryptocoin_pro.client.users import UserResource
from checkout_kit_cryptocoin_pro.client.wallets import WalletResource
from checkout_kit_cryptocoin_pro.config import CryptocoinProSettings

__all__ = ["CryptocoinProClient", "check_id"]


class CryptocoinProClient:
    """Calls the API as the merchant, such as ``client.quotes.confirm(quote_id)``.

    Answers are read at once into frozen objects. Safe for many threads.
    """

    def __init__(
        self,
        settings: CryptocoinProSettings,
        clock: Clock,
        provider: str = "cryptocoin_pro",
    ) -> None:
        self.provider = provider
        self.transport = Transport(settings, clock, provider)
        self.authentication = AuthenticationResource(self.transport)
        self.banks = BankResource(self.transport)
        self.cards = CardResource(self.transport)
        self.catalogue = CatalogueResource(self.transport)
        self.checkouts = CheckoutResource(self.transport)
        self.deposits = DepositResource(self.transport)
        self.kyc = KycResource(self.transport)
        self.notifications = NotificationResource(self.transport)
        self.orders = OrderResource(self.transport)
        self.platform = PlatformResource(self.transport)
        self.quotes = QuoteResource(self.transport)
        self.rates = RateResource(self.transport)
        self.securities = SecurityResource(self.transport)
        self.transfers = TransferResource(self.transport)
        self.users = UserResource(self.transport)
        self.wallets = WalletResource(self.transport)

    def close(self) -> None:
        """Close the connections that are kept alive."""
        self.transport.close()
