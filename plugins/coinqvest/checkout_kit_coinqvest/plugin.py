"""The COINQVEST plugin: the kit's provider hooks, answered by the COINQVEST API."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from checkout_kit import (
    Charge,
    Checkout,
    Currency,
    DetectionReport,
    Invoice,
    Money,
    NotSupported,
    Operation,
    PaymentMethod,
    ProviderAuthError,
    ProviderContext,
    ProviderError,
    ProviderInvoice,
    ProviderRefused,
    Quote,
    Settlement,
    Wallet,
    WebhookNotice,
    WebhookRequest,
    Withdrawal,
    WithdrawalRequest,
    hookimpl,
)
from checkout_kit.http import ApiClient
from checkout_kit_coinqvest.client import CoinqvestClient
from checkout_kit_coinqvest.config import CoinqvestSettings, CoinqvestSettingsSchema
from checkout_kit_coinqvest.detection import PaymentDetector
from checkout_kit_coinqvest.invoicing import InvoiceMaker
from checkout_kit_coinqvest.methods import list_methods
from checkout_kit_coinqvest.minimums import MinimumBook
from checkout_kit_coinqvest.observing import checkout_ids
from checkout_kit_coinqvest.ordering import CheckoutOrders, new_token
from checkout_kit_coinqvest.payloads import to_asset
from checkout_kit_coinqvest.refusals import read_errors
from checkout_kit_coinqvest.settling import settle
from checkout_kit_coinqvest.wallets import to_wallets
from checkout_kit_coinqvest.webhook import (
    AUTH_HEADER,
    parse_webhook_body,
    verify_webhook,
)
from checkout_kit_coinqvest.withdrawing import FundsWithdrawer

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Flask

_SCENARIOS = frozenset({"exact", "less", "more", "late", "without_memo"})
# What the simulator's buyer pays with on a hosted page.
_TEST_ASSET = "XLM"


class CoinqvestPlugin:
    """Takes payments through COINQVEST (today Whalestack).

    Self-hosted by default: the kit's own page shows where to pay. With the setting
    ``hosted`` the buyer pays on a page of the provider's. Holds no state of its own but
    the API client's, and may be called by many threads.
    """

    display_name = "COINQVEST"
    settings_schema = CoinqvestSettingsSchema

    @staticmethod
    def create_simulator(clock: Callable[[], datetime] | None = None) -> Flask:
        """Make the simulator, for ``flask checkout simulate coinqvest`` and tests."""
        # Only whoever runs the simulator needs it.
        from checkout_kit_coinqvest.simulator import create_simulator

        return create_simulator(clock=clock)

    @staticmethod
    def simulator_settings(url: str) -> Mapping[str, object]:
        """The settings for a simulator at an address: play money only."""
        return {
            "api_key": "SIMULATORKEY",
            "api_secret": "SimulatorSecretOf29Characters",
            "base_url": f"{url}/api/v1",
            "control_url": f"{url}/control",
            "test_mode": True,
        }

    def __init__(self, settings: CoinqvestSettings, context: ProviderContext) -> None:
        self.name = context.name
        self._settings = settings
        self._client = CoinqvestClient(settings, context.clock, context.name)
        self._orders = CheckoutOrders(self._client, settings, context)
        self._invoices = InvoiceMaker(self._client, self._orders, context.clock)
        self._detector = PaymentDetector(self._client, settings, context.clock)
        self._minimums = MinimumBook(self._client, settings, context.clock)
        self._withdrawer = FundsWithdrawer(self._client, context.clock)
        self._control = _make_control(settings, context.name)

    def close(self) -> None:
        """Close the connections that are kept alive."""
        self._client.close()
        if self._control:
            self._control.close()

    @hookimpl
    def list_payment_methods(self, currency: Currency) -> Sequence[PaymentMethod]:
        """Name the ways to pay: the blockchains that are listed at present."""
        methods = list_methods(
            self.name,
            currency,
            hosted=self._settings.hosted,
            is_test=self._settings.test_mode,
        )
        if self._settings.hosted or not methods:
            return methods
        ranges = self._minimums.look_up()
        if ranges is None:
            return methods
        return tuple(m for m in methods if m.currency.code in ranges)

    @hookimpl
    def quote_price(
        self,
        charge: Charge,
        payment_methods: Sequence[PaymentMethod],
        amount_due: Money,
        settlement_currency: Currency,
    ) -> Sequence[Quote]:
        """Make a checkout and read its indicative amounts: one POST /checkout."""
        if not payment_methods or to_asset(settlement_currency) is None:
            return ()
        token = new_token()
        if self._settings.hosted:
            # Payments of a hosted page are only known by their credit, which says
            # nothing about the charge if it is in another currency.
            if settlement_currency != charge.currency:
                return ()
            return [
                Quote(method, amount_due, amount_due, reference={"token": token})
                for method in payment_methods
            ]
        answer = self._client.create_checkout(
            self._orders.build_body(charge, amount_due, settlement_currency, token)
        )
        offered = {
            item.asset_code: item.payment_amount for item in answer.payment_methods
        }
        return [
            Quote(
                method=method,
                covers=amount_due,
                amount=Money.round_up(
                    Fraction(offered[method.currency.code]), method.currency
                ),
                reference={
                    "checkoutId": answer.id,
                    "assetCode": method.currency.code,
                    "token": token,
                },
            )
            for method in payment_methods
            if self._is_payable(method.currency.code, offered)
        ]

    def _is_payable(self, code: str, offered: Mapping[str, Decimal]) -> bool:
        # Below its minimum a blockchain should not be in the list, yet the document's
        # own example lists some that are.
        amount = offered.get(code)
        if not amount:
            return False
        ranges = self._minimums.known
        return ranges is None or (code in ranges and ranges[code].allows(amount))

    @hookimpl
    def create_invoice(
        self, checkout: Checkout, quote: Quote, operation: Operation
    ) -> ProviderInvoice:
        """Commit the checkout to the buyer's asset, or make a hosted one."""
        if quote.method.redirects:
            return self._invoices.make_hosted(checkout, quote, operation)
        return self._invoices.make(checkout, quote, operation)

    @hookimpl
    def detect_payments(self, invoices: Sequence[Invoice]) -> DetectionReport:
        """Look at a batch: GET /checkout, GET /checkouts and GET /payments."""
        return self._detector.detect(invoices)

    @hookimpl
    def parse_webhook(self, request: WebhookRequest) -> WebhookNotice | None:
        """Verify X-Webhook-Auth on the raw body, then read the checkout's id."""
        verify_webhook(
            self._settings.api_secret,
            request.body,
            request.headers.get(AUTH_HEADER),
            provider=self.name,
        )
        checkout_id = parse_webhook_body(request.body, provider=self.name)
        return WebhookNotice((checkout_id,)) if checkout_id else None

    @hookimpl
    def settle_invoice(
        self,
        invoice: Invoice,
        amount: Money,
        checkout: Checkout,
        earlier: Sequence[Settlement],
    ) -> Settlement | None:
        """Report what COINQVEST credited by itself; moves no money."""
        try:
            checkouts = [self._client.get_checkout(i) for i in checkout_ids(invoice)]
        except ProviderAuthError:
            raise
        except ProviderRefused as err:
            # A refusal to tell is no end: the credit is there all the same.
            raise ProviderError(err.provider, err.problem) from None
        issuers = self._settings.credit_issuers
        return settle(invoice, amount, checkout, checkouts, earlier, issuers)

    @hookimpl
    def list_wallets(self) -> Sequence[Wallet]:
        """List what the account holds, asset by asset: GET /wallets."""
        return to_wallets(self.name, self._client.list_wallets())

    @hookimpl
    def prepare_withdrawal(
        self, withdrawal: WithdrawalRequest, operation: Operation
    ) -> Withdrawal:
        """Ask what would arrive: POST /withdrawal. Moves no money."""
        return self._withdrawer.prepare(withdrawal, operation)

    @hookimpl
    def withdraw_funds(
        self, withdrawal: WithdrawalRequest, operation: Operation
    ) -> Withdrawal:
        """Commit what was prepared: POST /withdrawal/commit. **Moves money.**"""
        return self._withdrawer.withdraw(withdrawal, operation)

    @hookimpl
    def check_health(self) -> str:
        """Try the credentials: GET /auth-test."""
        self._client.auth_test()
        return "reachable, and the credentials are accepted"

    @hookimpl
    def simulate_payment(self, invoice: Invoice, scenario: str) -> bool:
        """Let the simulator's buyer pay (setting ``control_url``)."""
        if self._control is None or not invoice.reference:
            raise NotSupported("only COINQVEST's simulator pays by itself")
        if scenario not in _SCENARIOS:
            raise NotSupported(f"the simulator has no scenario {scenario!r}")
        body = {"scenario": scenario}
        if invoice.method.redirects:
            body["assetCode"] = _TEST_ASSET
        try:
            self._control.post(f"/checkouts/{invoice.reference}/pay", body)
        except ProviderRefused as err:
            raise NotSupported(err.problem) from err
        return True


def _make_control(settings: CoinqvestSettings, provider: str) -> ApiClient | None:
    if not (settings.test_mode and settings.control_url):
        return None
    return ApiClient(
        provider,
        settings.control_url,
        read_messages=read_errors,
        limits=settings.limits,
        allow_plain_http=True,
    )
