"""The Rain plugin: the kit's provider hooks, answered by the Rain API."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from checkout_kit import (
    Currency,
    DetectionReport,
    Invoice,
    Money,
    NotSupported,
    Operation,
    PaymentMethod,
    ProviderContext,
    ProviderInvoice,
    ProviderRefused,
    ProviderUnavailable,
    Quote,
    Settlement,
    Wallet,
    Withdrawal,
    WithdrawalRequest,
    hookimpl,
)
from checkout_kit.http import ApiClient
from checkout_kit_rain.client import RainClient
from checkout_kit_rain.closing import close_account
from checkout_kit_rain.config import RainSettings, RainSettingsSchema
from checkout_kit_rain.detection import PaymentDetector
from checkout_kit_rain.fees import BTC, USD, payment_for, quoting_rate
from checkout_kit_rain.invoicing import InvoiceMaker
from checkout_kit_rain.refusals import read_messages
from checkout_kit_rain.settling import Settler
from checkout_kit_rain.treasury import Treasury

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Flask

_SCENARIOS = frozenset({"exact", "less", "more"})


class RainPlugin:
    """Takes bitcoin on fresh Rain accounts and sells it to dollars.

    Charges and settlement are in dollars; others are not offered. Holds no state of its
    own but the API client's, and may be called by many threads.
    """

    display_name = "Rain"
    settings_schema = RainSettingsSchema

    @staticmethod
    def create_simulator(clock: Callable[[], datetime] | None = None) -> Flask:
        """Make the simulator, for ``flask checkout simulate rain`` and tests."""
        # Only whoever runs the simulator needs it.
        from checkout_kit_rain.simulator import create_simulator, simulator_of

        app = create_simulator(clock=clock)
        simulator_of(app).follow_market()
        return app

    @staticmethod
    def simulator_settings(url: str) -> Mapping[str, object]:
        """The settings for a simulator at an address: play money only."""
        return {
            "email": "merchant@example.com",
            "password": "Simulator2$",
            "base_url": f"{url}/api/1",
            "control_url": f"{url}/control",
            "test_mode": True,
        }

    def __init__(self, settings: RainSettings, context: ProviderContext) -> None:
        self.name = context.name
        self._settings = settings
        self._clock = context.clock
        self._client = RainClient(settings, context.clock, context.name)
        self._invoices = InvoiceMaker(self._client, settings, context.clock)
        self._detector = PaymentDetector(self._client, settings)
        self._settler = Settler(self._client, settings, context.clock)
        self._treasury = Treasury(self._client)
        self._control = _make_control(settings, context.name)

    def close(self) -> None:
        """Close the connections that are kept alive."""
        self._client.close()
        if self._control:
            self._control.close()

    @hookimpl
    def list_payment_methods(self, currency: Currency) -> Sequence[PaymentMethod]:
        """Bitcoin, for charges in dollars; makes no call."""
        if currency != USD:
            return ()
        is_test = self._settings.test_mode
        return (PaymentMethod(self.name, BTC, "Bitcoin", "Bitcoin", is_test=is_test),)

    @hookimpl
    def quote_price(
        self,
        payment_methods: Sequence[PaymentMethod],
        amount_due: Money,
        settlement_currency: Currency,
    ) -> Sequence[Quote]:
        """Ask for the price: one GET /prices/BTCUSD."""
        if not payment_methods or {amount_due.currency, settlement_currency} != {USD}:
            return ()
        price = self._client.prices.get_latest()
        now = self._clock.now()
        max_age = self._settings.max_price_age
        if max_age is not None and (now - price.created).total_seconds() > max_age:
            raise ProviderUnavailable(self.name, "its latest price is too old")
        amount = payment_for(amount_due, price, self._settings)
        if amount is None:
            return ()
        rate = quoting_rate(price)
        return [
            Quote(
                method=method,
                covers=amount_due,
                amount=amount,
                expires_at=now + self._settings.lifetime,
                # The amount is ours alone: the API is told none.
                is_firm=True,
                fee=self._fee(amount, amount_due, rate),
                reference={"priceId": price.id},
            )
            for method in payment_methods
            if method.currency == BTC
        ]

    @hookimpl
    def create_invoice(self, quote: Quote, operation: Operation) -> ProviderInvoice:
        """Make an account (or address) of its own for the invoice."""
        return self._invoices.make(quote, operation)

    @hookimpl
    def detect_payments(self, invoices: Sequence[Invoice]) -> DetectionReport:
        """Look at a batch: GET /accounts, and GET /sells once something was paid."""
        return self._detector.detect(invoices)

    @hookimpl
    def settle_invoice(
        self,
        invoice: Invoice,
        operation: Operation,
        amount: Money,
        earlier: Sequence[Settlement],
    ) -> Settlement | None:
        """Sell what came in, and withdraw it if that is wanted. **Moves money.**"""
        return self._settler.settle(invoice, operation, amount, earlier)

    @hookimpl
    def close_invoice(self, invoice: Invoice) -> bool:
        """Delete the invoice's account, if it is empty."""
        return close_account(self._client, invoice)

    @hookimpl
    def list_wallets(self) -> Sequence[Wallet]:
        """The user's accounts: GET /accounts."""
        return self._treasury.list_wallets()

    @hookimpl
    def withdraw_funds(
        self, withdrawal: WithdrawalRequest, operation: Operation
    ) -> Withdrawal:
        """Send bitcoin, or pay dollars out, in two steps. **Moves money.**"""
        return self._treasury.withdraw(withdrawal, operation)

    @hookimpl
    def check_health(self) -> str:
        """Log in, and find the account that sales are paid into."""
        user = self._client.user.get()
        self._settler.find_fiat_account()
        return f"logged in; the user's status is {user.status}"

    @hookimpl
    def simulate_payment(self, invoice: Invoice, scenario: str) -> bool:
        """Let the simulator's buyer pay (setting ``control_url``)."""
        if self._control is None or invoice.instructions is None:
            raise NotSupported("only Rain's simulator pays by itself")
        if scenario not in _SCENARIOS:
            raise NotSupported(f"the simulator has no scenario {scenario!r}")
        body = {
            "address": invoice.instructions.address,
            "amount": _sent(invoice.amount, scenario).to_text(),
        }
        try:
            self._control.post("/pay", body)
        except ProviderRefused as err:
            raise NotSupported(err.problem) from err
        return True

    def _fee(self, amount: Money, due: Money, rate: Fraction) -> Money | None:
        """What of the amount is the exchange's fee, if the buyer bears it."""
        if self._settings.fee_paid_by != "buyer":
            return None
        return amount - Money.round_up(due.fraction / rate, BTC)


def _sent(amount: Money, scenario: str) -> Money:
    tenth = Money.round_up(amount.fraction / 10, amount.currency)
    return {"exact": amount, "less": amount - tenth, "more": amount + tenth}[scenario]


def _make_control(settings: RainSettings, provider: str) -> ApiClient | None:
    if not (settings.test_mode and settings.control_url):
        return None
    return ApiClient(
        provider,
        settings.control_url,
        read_messages=read_messages,
        limits=settings.limits,
        allow_plain_http=True,
    )
