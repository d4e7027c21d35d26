"""The Quoine Pay plugin: the kit's provider hooks, answered by the Quoine Pay API."""

from __future__ import annotations

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
    ProviderAuthError,
    ProviderContext,
    ProviderError,
    ProviderInvoice,
    ProviderRefused,
    Quote,
    Settlement,
    WebhookNotice,
    WebhookRequest,
    hookimpl,
)
from checkout_kit.http import ApiClient, read_errors
from checkout_kit_quoine_pay.account import Account
from checkout_kit_quoine_pay.amounts import bitcoin
from checkout_kit_quoine_pay.callback import derive_token, parse_callback
from checkout_kit_quoine_pay.client import QuoinePayClient
from checkout_kit_quoine_pay.config import QuoinePaySettings, QuoinePaySettingsSchema
from checkout_kit_quoine_pay.detection import PaymentDetector, to_number
from checkout_kit_quoine_pay.invoicing import NETWORK_NAME, InvoiceMaker
from checkout_kit_quoine_pay.rates import RateFinder
from checkout_kit_quoine_pay.settling import settle

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Flask

_SCENARIOS = frozenset({"exact", "less", "more", "late"})


class QuoinePayPlugin:
    """Takes bitcoin through Quoine Pay and settles in the account's fiat currency.

    May be called by many threads. What it remembers (the account's currency, the newest
    rate) is kept behind locks and can be lost at any time.
    """

    display_name = "Quoine Pay"
    settings_schema = QuoinePaySettingsSchema

    @staticmethod
    def create_simulator(clock: Callable[[], datetime] | None = None) -> Flask:
        """Make the simulator, for ``flask checkout simulate quoine_pay`` and tests."""
        # Only whoever runs the simulator needs it.
        from checkout_kit_quoine_pay.simulator import create_simulator, simulator_of

        app = create_simulator(clock=clock)
        simulator_of(app).follow_market()
        return app

    @staticmethod
    def simulator_settings(url: str) -> Mapping[str, object]:
        """The settings for a simulator at an address: play money only."""
        return {
            "user_id": "1",
            "user_secret": "SimulatorUserSecret",
            "base_url": f"{url}/api/v1",
            "control_url": f"{url}/control",
            "test_mode": True,
        }

    def __init__(self, settings: QuoinePaySettings, context: ProviderContext) -> None:
        self.name = context.name
        self._settings = settings
        self._token = derive_token(settings)
        self._client = QuoinePayClient(
            settings, context.clock, context.name, secrets=(self._token,)
        )
        self._account = Account(self._client, settings, context)
        self._rates = RateFinder(self._client, settings, context.clock)
        self._invoices = InvoiceMaker(
            self._client, self._account, settings, context.clock
        )
        self._detector = PaymentDetector(self._client, settings, context.clock)
        self._control = _make_control(settings, context.name)

    def close(self) -> None:
        """Close the connections that are kept alive."""
        self._client.close()
        if self._control:
            self._control.close()

    @hookimpl
    def list_payment_methods(self, currency: Currency) -> Sequence[PaymentMethod]:
        """Bitcoin, for charges in the account's currency (GET /profile, remembered)."""
        if not currency.is_fiat or currency != self._account.currency():
            return ()
        return (
            PaymentMethod(
                self.name,
                bitcoin(),
                "Bitcoin",
                network_name=NETWORK_NAME,
                is_test=self._settings.test_mode,
            ),
        )

    @hookimpl
    def quote_price(
        self,
        payment_methods: Sequence[PaymentMethod],
        amount_due: Money,
        settlement_currency: Currency,
    ) -> Sequence[Quote]:
        """Quote by the newest invoice's rate; indicative until the invoice is made."""
        if not payment_methods or settlement_currency != amount_due.currency:
            return ()
        rate = self._rates.find(amount_due)
        if rate is None:
            return ()
        due = amount_due.fraction * rate.bitcoin
        return [
            Quote(
                method=method,
                covers=amount_due,
                amount=Money.round_up(due, method.currency),
                reference={"rateOf": rate.at.isoformat()},
            )
            for method in payment_methods
        ]

    @hookimpl
    def create_invoice(
        self, checkout: Checkout, quote: Quote, operation: Operation
    ) -> ProviderInvoice:
        """Make the invoice: GET /profile, POST /invoices; GET /invoices after a crash.

        If the account has no callback yet, it is set afterwards.
        """
        made, answer = self._invoices.make(checkout, quote, operation)
        if answer is not None:
            self._rates.learn([answer])
            self._account.ensure_callback()
        return made

    @hookimpl
    def detect_payments(self, invoices: Sequence[Invoice]) -> DetectionReport:
        """Look at a batch: GET /invoices/{id}, and GET /invoices for many."""
        return self._detector.detect(invoices)

    @hookimpl
    def parse_webhook(self, request: WebhookRequest) -> WebhookNotice:
        """Check the secret path, then read the invoice's id and nothing else."""
        return parse_callback(request, self._token, self.name)

    @hookimpl
    def settle_invoice(
        self, invoice: Invoice, amount: Money, earlier: Sequence[Settlement]
    ) -> Settlement | None:
        """Report what Quoine credited by itself; moves no money."""
        try:
            answer = self._client.get_invoice(to_number(self.name, invoice.reference))
        except ProviderAuthError:
            raise
        except ProviderRefused as err:
            # A refusal to tell is no end: the credit is there all the same.
            raise ProviderError(err.provider, err.problem) from None
        return settle(invoice, answer, amount, earlier)

    @hookimpl
    def check_health(self) -> str:
        """Try the credentials: GET /profile."""
        return self._account.describe(self._account.fetch())

    @hookimpl
    def simulate_payment(self, invoice: Invoice, scenario: str) -> bool:
        """Let the simulator's buyer pay (setting ``control_url``)."""
        if self._control is None or not invoice.reference:
            raise NotSupported("only Quoine Pay's simulator pays by itself")
        if scenario not in _SCENARIOS:
            raise NotSupported(f"a bitcoin address knows no scenario {scenario!r}")
        try:
            self._control.post(
                f"/invoices/{invoice.reference}/pay", {"scenario": scenario}
            )
        except ProviderRefused as err:
            raise NotSupported(err.problem) from err
        return True


def _make_control(settings: QuoinePaySettings, provider: str) -> ApiClient | None:
    if not (settings.test_mode and settings.control_url):
        return None
    return ApiClient(
        provider,
        settings.control_url,
        read_messages=read_errors,
        limits=settings.limits,
        allow_plain_http=True,
    )
