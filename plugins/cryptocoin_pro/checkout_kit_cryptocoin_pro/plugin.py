"""The CryptoCoin.pro plugin: the kit's provider hooks, answered by its API."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from checkout_kit import (
    Checkout,
    Currency,
    DetectionReport,
    Invoice,
    Money,
    NotSupported,
    Operation,
    PaymentMethod,
    Proof,
    ProviderContext,
    ProviderInvoice,
    Quote,
    Settlement,
    Wallet,
    WebhookNotice,
    WebhookRefused,
    WebhookRequest,
    Withdrawal,
    WithdrawalRequest,
    hookimpl,
)
from checkout_kit_cryptocoin_pro.account import AccountWatch
from checkout_kit_cryptocoin_pro.client import CryptocoinProClient
from checkout_kit_cryptocoin_pro.config import (
    CryptocoinProSettings,
    CryptocoinProSettingsSchema,
)
from checkout_kit_cryptocoin_pro.detection import PaymentDetector
from checkout_kit_cryptocoin_pro.invoicing import InvoiceMaker
from checkout_kit_cryptocoin_pro.links import LinkMaker
from checkout_kit_cryptocoin_pro.playing import Buyer
from checkout_kit_cryptocoin_pro.proving import ProofSender
from checkout_kit_cryptocoin_pro.quoting import Quoter
from checkout_kit_cryptocoin_pro.settling import Settler
from checkout_kit_cryptocoin_pro.symbols import NAMES, NETWORK_NAMES
from checkout_kit_cryptocoin_pro.visits import VisitFinder
from checkout_kit_cryptocoin_pro.withdrawing import Treasury

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Flask

_KEY = re.compile(r"[A-Za-z0-9:_-]{8,128}\Z", re.ASCII)
_WAYS = {"bank": "Bank transfer", "card": "Card"}


class CryptocoinProPlugin:
    """Takes crypto that it sells to fiat, or sends buyers to the provider's page.

    Remembers nothing but sessions, the state of the account for a minute, and which
    checkout an order belongs to. May be called by many threads.
    """

    display_name = "CryptoCoin.pro"
    settings_schema = CryptocoinProSettingsSchema

    @staticmethod
    def create_simulator(clock: Callable[[], datetime] | None = None) -> Flask:
        """Make the simulator, for ``flask checkout simulate cryptocoin_pro`` and tests.

        Only whoever runs the simulator needs it.
        """
        from checkout_kit_cryptocoin_pro.simulator import create_simulator, simulator_of

        app = create_simulator(clock=clock)
        simulator_of(app).follow_market()
        return app

    @staticmethod
    def simulator_settings(url: str) -> Mapping[str, object]:
        """The settings for a simulator at an address: play money only."""
        from checkout_kit_cryptocoin_pro import simulator

        return {
            "email": simulator.SIMULATOR_EMAIL,
            "platform_id": simulator.SIMULATOR_PLATFORM_ID,
            "private_key": simulator.SIMULATOR_PLATFORM_PRIVATE_KEY,
            "bank_id": simulator.SIMULATOR_BANK_ID,
            "base_url": f"{url}/api/v1",
            "checkout_url": f"{url}/checkout",
            "control_url": f"{url}/control",
            "test_mode": True,
        }

    def __init__(
        self, settings: CryptocoinProSettings, context: ProviderContext
    ) -> None:
        self.name = context.name
        self._settings = settings
        clock = context.clock
        self._client = CryptocoinProClient(settings, clock, context.name)
        self._account = AccountWatch(self._client, settings, clock)
        self._quoter = Quoter(self._client, settings, clock)
        writer = self._client.transport.writer
        links = LinkMaker(settings, writer, context) if writer else None
        self._invoices = InvoiceMaker(self._client, settings, clock, links)
        visits = VisitFinder(self._client)
        self._detector = PaymentDetector(self._client, visits)
        self._proofs = ProofSender(self._client, visits)
        self._settler = Settler(self._client, settings, clock)
        self._treasury = Treasury(self._client, clock)
        is_test = settings.test_mode and settings.control_url
        self._buyer = Buyer(settings, context.name) if is_test else None

    def close(self) -> None:
        """Close the connections that are kept alive."""
        self._client.close()
        if self._buyer:
            self._buyer.close()

    @hookimpl
    def list_payment_methods(self, currency: Currency) -> Sequence[PaymentMethod]:
        """What account and platform allow at present, for charges in fiat."""
        if not currency.is_fiat:
            return ()
        view, settings = self._account.look(), self._settings
        methods = []
        if settings.assets and view.find_obstacle(settings.kyc_level) is None:
            methods += [
                self._method(code, NAMES[code], NETWORK_NAMES[code])
                for code in settings.assets
                if view.can_sell(code, currency)
            ]
        methods += [
            self._method(code, _WAYS[kind], "CryptoCoin.pro", kind)
            for code in settings.redirect_wallets
            for kind in settings.redirect_methods
            if view.can_buy(code, currency, kind)
        ]
        return methods

    @hookimpl
    def quote_price(
        self,
        payment_methods: Sequence[PaymentMethod],
        amount_due: Money,
        settlement_currency: Currency,
    ) -> Sequence[Quote]:
        """Ask for the price of each asset, side by side."""
        if not amount_due.currency.is_fiat:
            return ()
        wanted = [
            method
            for method in payment_methods
            # Coins are sold to the charge's currency, and bought ones are not sold.
            if method.variant or settlement_currency == amount_due.currency
        ]
        if not wanted:
            return ()
        return self._quoter.quote(wanted, amount_due, self._account.look())

    @hookimpl
    def create_invoice(
        self, checkout: Checkout, quote: Quote, operation: Operation
    ) -> ProviderInvoice:
        """Get an address (POST /user/{user}/deposit/address), or sign a link."""
        return self._invoices.make(checkout, quote, operation)

    @hookimpl
    def detect_payments(self, invoices: Sequence[Invoice]) -> DetectionReport:
        """Look at a batch: one list of deposits, one of checkouts, one of orders."""
        return self._detector.detect(invoices)

    @hookimpl
    def parse_webhook(self, request: WebhookRequest) -> WebhookNotice:
        """Take a ping: whoever knows the address may have an invoice looked at."""
        if not _KEY.match(request.path):
            raise WebhookRefused(self.name, "its address names no invoice")
        return WebhookNotice((request.path,), is_signed=False)

    @hookimpl
    def settle_invoice(
        self,
        invoice: Invoice,
        operation: Operation,
        amount: Money,
        earlier: Sequence[Settlement],
    ) -> Settlement | None:
        """Sell what came in (**moves money**), or report what went to the wallet."""
        return self._settler.settle(invoice, operation, amount, earlier)

    @hookimpl
    def submit_proof(self, invoice: Invoice, proof: Proof) -> bool:
        """Upload a proof of payment to the buyer's order."""
        return self._proofs.send(invoice, proof)

    @hookimpl
    def list_wallets(self) -> Sequence[Wallet]:
        """The balances of the merchant's account."""
        return self._treasury.list_wallets()

    @hookimpl
    def withdraw_funds(
        self, withdrawal: WithdrawalRequest, operation: Operation
    ) -> Withdrawal:
        """Send coins to an address. **Moves money.**"""
        return self._treasury.withdraw(withdrawal, operation)

    @hookimpl
    def check_health(self) -> str:
        """Look whether account, KYC, bank and platform allow what is offered."""
        return self._account.check()

    @hookimpl
    def simulate_payment(self, invoice: Invoice, scenario: str) -> bool:
        """Let the simulator's buyer pay (setting ``control_url``)."""
        if self._buyer is None:
            raise NotSupported("only CryptoCoin.pro's simulator pays by itself")
        return self._buyer.pay(invoice, scenario)

    def _method(
        self, code: str, name: str, network: str, variant: str = ""
    ) -> PaymentMethod:
        return PaymentMethod(
            self.name,
            Currency.parse(code),
            name,
            network,
            redirects=bool(variant),
            is_test=self._settings.test_mode,
            variant=variant,
        )
