"""CryptoCoin.pro's bench: its simulator over real HTTP, moved by its control API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from checkout_kit import (
    Currency,
    Invoice,
    Money,
    NotSupported,
    WebhookRequest,
    WithdrawalRequest,
    WithdrawalTarget,
)
from checkout_kit.testing import (
    Memo,
    ProviderUnderTest,
)
from checkout_kit_cryptocoin_pro.plugin import CryptocoinProPlugin
from checkout_kit_cryptocoin_pro.simulator import (
    SIMULATOR_BANK_ID,
    SIMULATOR_EMAIL,
    SIMULATOR_PLATFORM_ID,
    SIMULATOR_PLATFORM_PRIVATE_KEY,
    SIMULATOR_WALLETS,
    create_simulator,
)
from tests.conformance.simulator_bench import TIMEOUTS, HearingBench


class CryptocoinProBench(HearingBench):
    """Moves the simulator; its merchant belongs to nobody else.

    :param redirects: pay on the provider's page instead of on addresses.
    """

    reports_strays = True
    signs_webhooks = False

    def __init__(self, *, redirects: bool = False) -> None:
        self._redirects = redirects
        # A link is signed without a call to the provider.
        self.makes_invoices = not redirects
        self._sold_before: dict[str, int] = {}
        super().__init__(create_simulator, "cryptocoin_pro")

    def under_test(self, **settings: Any) -> ProviderUnderTest:
        """CryptoCoin.pro as the conformance kit tries it."""
        url = self.server.url
        ways: dict[str, Any] = {"assets": ["BTC", "ETH"], "bank_id": SIMULATOR_BANK_ID}
        if self._redirects:
            ways = {
                "assets": [],
                "redirect_wallets": {"ETH": SIMULATOR_WALLETS["ETH"]},
                "checkout_url": f"{url}/checkout",
                "guest_email": "guest-{checkout}@shop.example.com",
            }
        return ProviderUnderTest(
            "cryptocoin_pro",
            self,
            {
                "base_url": f"{url}/api/v1",
                "email": SIMULATOR_EMAIL,
                "platform_id": SIMULATOR_PLATFORM_ID,
                "private_key": SIMULATOR_PLATFORM_PRIVATE_KEY,
                "test_mode": True,
                **TIMEOUTS,
                **ways,
                **settings,
            },
            plugin=CryptocoinProPlugin,
            currency="EUR",
            method="ETH",
            public_url=self.shop.url,
        )

    def count_invoices(self) -> int:
        """Count the addresses that were given out."""
        if self._redirects:
            raise NotSupported("a link makes nothing at the provider before it is used")
        return len(self.control("GET", "/addresses")["addresses"])

    def count_settlements(self, invoice: Invoice) -> int:
        """Count the sales since the invoice was paid first."""
        if self._redirects:
            raise NotSupported("the coins are on the merchant's wallet already")
        return self._count_sales() - self._sold_before.get(invoice.id, 0)

    def _count_sales(self) -> int:
        orders = self.control("GET", "/orders")["orders"]
        return sum(order["typeOperationName"] == "sell_to_fiat" for order in orders)

    def pay(
        self,
        invoice: Invoice,
        amount: Money | None = None,
        *,
        memo: Memo = Memo.AS_SHOWN,
        confirmed: bool = True,
    ) -> str:
        """Send coins to the invoice's address, or pay on the provider's page."""
        self._sold_before.setdefault(invoice.id, self._count_sales())
        if invoice.instructions is None:
            return self._pay_on_page(invoice, amount, confirmed=confirmed)
        return self._deposit(
            invoice.instructions.address,
            (amount or invoice.amount).to_text(),
            confirmed=confirmed,
        )

    def pay_wrong_asset(self, invoice: Invoice) -> str:
        """Send a token to the address of a coin."""
        if invoice.instructions is None:
            raise NotSupported("the page sells nothing but what the link names")
        return self._deposit(invoice.instructions.address, "100", symbol="IPSX")

    def pay_nobody(self) -> str:
        """Deposits on other addresses of the account are the merchant's own matter."""
        raise NotSupported("deposits on addresses of no invoice may be the owner's own")

    def announce(self, invoice: Invoice) -> str:
        """Orders have an amount at once."""
        raise NotSupported("an order has its amount at once")

    def confirm(self, external_id: str) -> None:
        """Make what waits final."""
        self.control("POST", f"/orders/{external_id}/approve")

    def reverse(self, external_id: str) -> None:
        """Take it back; what was bought and approved stays bought."""
        orders = self.control("GET", "/orders")["orders"]
        (order,) = [found for found in orders if found["id"] == external_id]
        if self._redirects and order["status"] == "APPROVED":
            raise NotSupported("an approved purchase is never taken back")
        self.control("POST", f"/orders/{external_id}/reject")

    def plan_withdrawal(self) -> WithdrawalRequest:
        """Send all of the ether that the account is given to the merchant's wallet."""
        self.control("POST", "/balances", {"symbol": "ETH", "amount": "0.25"})
        target = WithdrawalTarget(Currency.parse("ETH"), SIMULATOR_WALLETS["ETH"])
        return WithdrawalRequest("ETH", Money("0.25", "ETH"), target)

    def count_withdrawals(self) -> int:
        """Count the orders that quotes were confirmed to."""
        orders = self.control("GET", "/orders")["orders"]
        return sum(order["typeOperationName"] == "withdraw" for order in orders)

    def id_in_answers(self, invoice: Invoice) -> str:
        """An address names it, or on the provider's page its key."""
        shown = invoice.instructions
        return str(shown.address if shown else invoice.reference)

    def leave(self, invoice: Invoice) -> None:
        """Look at the provider's page, and pay nothing."""
        assert self._session.get(str(invoice.redirect_url), timeout=10).ok

    def webhooks(self) -> Sequence[WebhookRequest]:
        """Have all that waits sent, and read what has arrived."""
        if not self._redirects:
            raise NotSupported("deposits on addresses send no pings")
        self.control("POST", "/pings/deliver")
        return self.recorder.requests

    def open_page(self, invoice: Invoice) -> str:
        """Follow the link as the buyer does; gives the id of the checkout there."""
        answer = self._session.get(str(invoice.redirect_url), timeout=10)
        if answer.status_code == 403:
            raise NotSupported("its link can't be used any more")
        assert answer.ok, answer.text[:500]
        listed = self.control("GET", "/checkouts")["checkouts"]
        found = [c for c in listed if c["requestId"] == invoice.reference]
        return str(found[0]["id"])

    def _pay_on_page(
        self, invoice: Invoice, amount: Money | None, *, confirmed: bool
    ) -> str:
        if amount is not None and amount != invoice.amount:
            raise NotSupported("on the provider's page there is only one amount")
        body = {"outcome": "approve" if confirmed else "wait"}
        path = f"/checkouts/{self.open_page(invoice)}/pay"
        order_id = str(self.control("POST", path, body)["order"]["id"])
        if not confirmed:
            self.control("POST", f"/orders/{order_id}/process")
        return order_id

    def _deposit(
        self,
        address: str,
        amount: str,
        *,
        confirmed: bool = True,
        symbol: str | None = None,
    ) -> str:
        body = {"address": address, "amount": amount, "confirm": confirmed}
        if symbol is not None:
            body["symbol"] = symbol
        return str(self.control("POST", "/deposits", body)["order"]["id"])
