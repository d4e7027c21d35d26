"""A provider whose every answer a test writes itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Flask
from marshmallow import Schema

from checkout_kit import (
    Charge,
    Checkout,
    CheckoutKit,
    Clock,
    Currency,
    DepositInstructions,
    DetectionReport,
    Invoice,
    InvoiceSnapshot,
    LineItem,
    Money,
    Operation,
    PaymentMethod,
    PaymentObservation,
    ProviderContext,
    ProviderInvoice,
    Quote,
    Settlement,
    WebhookNotice,
    WebhookRequest,
    hookimpl,
)

#: The example address of BIP173, whose key nobody is to use.
ADDRESS = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
BTC = Currency.parse("BTC")
#: Scripted as the answer of ``settle_invoice``: the hook then returns None.
NOT_YET = object()


class Script:
    """What the provider answers, and what it was asked; shared by all its objects."""

    def __init__(self, name: str = "scripted") -> None:
        self.name = name
        self.payments: dict[str, Sequence[PaymentObservation]] = {}
        self.snapshots: dict[str, InvoiceSnapshot | None] = {}
        self.calls: list[str] = []
        self.made: list[str] = []
        self.operations: list[Operation] = []
        self.page_urls: list[str] = []
        self.customers: list[Mapping[str, Any]] = []
        self.on: dict[str, Callable[[], Any]] = {}
        self.notice: WebhookNotice | None = None

    def before(self, hook: str) -> Any:
        """Note a call, and do what the test wants to happen in it."""
        self.calls.append(hook)
        return self.on[hook]() if hook in self.on else None


def scripted_plugin(script: Script) -> type:
    """Make a plugin class that follows a script."""

    class ScriptedPlugin:
        settings_schema = Schema

        def __init__(self, settings: object, context: ProviderContext) -> None:
            self._name = context.name

        @hookimpl
        def list_payment_methods(self, currency: Currency) -> Sequence[PaymentMethod]:
            script.before("list_payment_methods")
            return [PaymentMethod(self._name, BTC, "Bitcoin", "Bitcoin", is_test=True)]

        @hookimpl
        def quote_price(
            self, payment_methods: Sequence[PaymentMethod], amount_due: Money
        ) -> Any:
            answer = script.before("quote_price")
            if answer is not None:
                return answer
            return [
                Quote(
                    method=method,
                    covers=amount_due,
                    amount=Money.round_up(amount_due.fraction / 50000, BTC),
                )
                for method in payment_methods
            ]

        @hookimpl
        def create_invoice(
            self, checkout: Checkout, quote: Quote, operation: Operation
        ) -> Any:
            if operation.key not in script.made:
                script.made.append(operation.key)
            script.operations.append(operation)
            script.page_urls.append(checkout.url)
            script.customers.append(checkout.customer)
            answer = script.before("create_invoice")
            if answer is not None:
                return answer
            return ProviderInvoice(
                reference=operation.key,
                amount=quote.amount,
                instructions=DepositInstructions(ADDRESS, quote.amount, "Bitcoin"),
            )

        @hookimpl
        def detect_payments(self, invoices: Sequence[Invoice]) -> Any:
            answer = script.before("detect_payments")
            if answer is not None:
                return answer
            snapshots: dict[str, InvoiceSnapshot] = {}
            for invoice in invoices:
                snapshot = script.snapshots.get(
                    invoice.id, InvoiceSnapshot(script.payments.get(invoice.id, ()))
                )
                if snapshot is not None:
                    snapshots[invoice.id] = snapshot
            return DetectionReport(snapshots)

        @hookimpl
        def parse_webhook(self, request: WebhookRequest) -> WebhookNotice | None:
            script.before("parse_webhook")
            return script.notice

        @hookimpl
        def settle_invoice(self, operation: Operation, amount: Money) -> Any:
            answer = script.before("settle_invoice")
            if answer is not None:
                return None if answer is NOT_YET else answer
            return Settlement(reference=f"credit-{operation.key}", amount=amount)

    return ScriptedPlugin


def scripted_kit(
    database_url: str,
    clock: Clock,
    *scripts: Script,
    config: Mapping[str, Any] | None = None,
    session: Any = None,
) -> tuple[CheckoutKit, Flask]:
    """Make a kit on a database, with a scripted provider for each script."""
    plugins = {script.name: scripted_plugin(script) for script in scripts}
    return kit_of(database_url, clock, plugins, config=config, session=session)


def kit_of(
    database_url: str,
    clock: Clock,
    plugins: Mapping[str, type],
    *,
    config: Mapping[str, Any] | None = None,
    session: Any = None,
) -> tuple[CheckoutKit, Flask]:
    """Make a kit on a database, with these plugin classes and no settings."""
    app = Flask("scripted")
    app.config.update(
        TESTING=True,
        SECRET_KEY="not a secret",
        CHECKOUT_KIT_DATABASE_URL=database_url,
        CHECKOUT_KIT_PLUGINS={name: {} for name in plugins},
        CHECKOUT_KIT_WEBHOOK_SECRET="a secret of the shop's",
        CHECKOUT_KIT_PROVIDER_DEADLINE=5,
        CHECKOUT_KIT_WORKER_DEADLINE=5,
    )
    app.config.update(config or {})
    kit = CheckoutKit(app, clock=clock, session=session, plugins=list(plugins.items()))
    with app.app_context():
        kit.init_db()
    return kit, app


def ten_dollars() -> Charge:
    """A charge of 10.00 USD, which is 0.0002 BTC by the script's rate."""
    return Charge("USD", [LineItem("T-Shirt", "10.00")])
