"""The kit's side of every comparison: one small shop, with providers of our own."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from typing import Any

from flask import Flask
from marshmallow import Schema

from checkout_kit import (
    Charge,
    Checkout,
    CheckoutKit,
    Currency,
    DepositInstructions,
    DetectionReport,
    Event,
    Invoice,
    InvoiceSnapshot,
    LineItem,
    Money,
    Operation,
    PaymentMethod,
    ProviderContext,
    ProviderInvoice,
    Quote,
    ShippingCostItem,
    TaxItem,
    hookimpl,
)

#: Where gunicorn's workers find their database.
DATABASE_VARIABLE = "CHECKOUT_KIT_BENCH_DATABASE"
#: The example address of BIP173, whose key nobody is to use.
ADDRESS = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
BTC = Currency.parse("BTC")
METHOD = "quick:BTC"


class QuickProvider:
    """A provider that answers at once, so that only the kit's own work is measured."""

    settings_schema = Schema
    seconds = 0.0

    def __init__(self, settings: object, context: ProviderContext) -> None:
        self._name = context.name

    @hookimpl
    def list_payment_methods(self, currency: Currency) -> Sequence[PaymentMethod]:
        """Offer bitcoin, known without asking."""
        return [PaymentMethod(self._name, BTC, "Bitcoin", "Bitcoin")]

    @hookimpl
    def quote_price(
        self, payment_methods: Sequence[PaymentMethod], amount_due: Money
    ) -> Sequence[Quote]:
        """Quote at a fixed rate, after so many seconds."""
        time.sleep(self.seconds)
        amount = Money.round_up(amount_due.fraction / 50000, BTC)
        return [Quote(method, amount_due, amount) for method in payment_methods]

    @hookimpl
    def create_invoice(self, quote: Quote, operation: Operation) -> ProviderInvoice:
        """Make an invoice that is paid to one address."""
        instructions = DepositInstructions(
            ADDRESS,
            quote.amount,
            "Bitcoin",
            payment_uri=f"bitcoin:{ADDRESS}?amount={quote.amount.to_text()}",
        )
        return ProviderInvoice(operation.key, quote.amount, instructions)

    @hookimpl
    def detect_payments(self, invoices: Sequence[Invoice]) -> DetectionReport:
        """See nothing."""
        return DetectionReport({invoice.id: InvoiceSnapshot() for invoice in invoices})


class SlowProvider(QuickProvider):
    """The same, 200 ms away."""

    seconds = 0.2


class IdlePlugin:
    """A plugin that hears of every checkout and does nothing."""

    settings_schema = Schema

    def __init__(self, settings: object, context: ProviderContext) -> None:
        self._name = context.name

    @hookimpl
    def checkout_started(self, event: Event, checkout: Checkout) -> None:
        """Do nothing."""


def make_kit(
    database_url: str, plugins: dict[str, type], **config: Any
) -> tuple[CheckoutKit, Flask]:
    """Make an app with a kit, without worker and rate limits: the bare app has none."""
    app = Flask("bench_shop")
    app.config.update(
        SECRET_KEY="not a secret",  # noqa: S106
        CHECKOUT_KIT_PUBLIC_URL="http://127.0.0.1",
        CHECKOUT_KIT_DATABASE_URL=database_url,
        CHECKOUT_KIT_PLUGINS={name: {} for name in plugins},
        CHECKOUT_KIT_WORKER="external",
        CHECKOUT_KIT_API_RATE="100000000/minute",
        **config,
    )
    return CheckoutKit(app, plugins=list(plugins.items())), app


def create(kit: CheckoutKit, number: int = 0) -> Checkout:
    """Make the checkout that every comparison is about."""
    charge = Charge(
        "USD",
        [LineItem("T-Shirt", "10.00", 2), LineItem("Mug", "7.50")],
        shipping_cost_items=[ShippingCostItem("Parcel", "4.90", taxable=True)],
        tax_items=[TaxItem("Sales tax", "0.0825")],
    )
    return kit.create_checkout(
        charge,
        settlement_currency="USD",
        return_url="https://shop.example/thanks",
        cancel_url="https://shop.example/cart",
        reference=f"order-{number}",
        metadata={"order": number},
    )


def create_app() -> Flask:
    """Make the app that gunicorn serves."""
    plugins: dict[str, type] = {"quick": QuickProvider}
    kit, app = make_kit(os.environ[DATABASE_VARIABLE], plugins)

    @app.post("/orders")
    def order() -> tuple[str, int]:
        return create(kit).url, 201

    return app
