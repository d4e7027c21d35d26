"""A shop under attack: its kit, its pages, and books that show every change."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from checkout_kit import Charge, Checkout, CheckoutKit, Invoice
from checkout_kit.storage import tables
from checkout_kit.testing.clock import FakeClock
from tests.fakes.scripted import Script, scripted_kit, ten_dollars

PUBLIC_URL = "https://shop.example"
RETURN_URL = "https://shop.example/thanks?order=42"
#: What must never come out, wherever it was put in.
CANARY = "canary-9d1f6ab2-do-not-show"


class Shop:
    """One shop as it runs in production: no debug mode, no test mode of Flask."""

    def __init__(self, kit: CheckoutKit, app: Flask, clock: FakeClock) -> None:
        self.kit = kit
        self.app = app
        self.clock = clock
        self.client: FlaskClient = app.test_client()

    @property
    def services(self) -> Any:
        """Everything behind the kit."""
        return self.app.extensions["checkout_kit"]

    def checkout(self, charge: Charge | None = None, **options: Any) -> Checkout:
        """Make a checkout."""
        return self.kit.create_checkout(charge or ten_dollars(), **options)

    def invoice(self, method: str, **options: Any) -> Invoice:
        """Make a checkout and choose a method for it."""
        return self.kit.commit_checkout(self.checkout(**options).id, method)

    def read(self, invoice: Invoice) -> Checkout:
        """The invoice's checkout as it is now."""
        return self.kit.get_checkout(invoice.checkout_id)

    def look(self, invoice: Invoice) -> Checkout:
        """Let a little time pass and ask the provider."""
        self.clock.advance(10)
        self.kit.check_checkout(invoice.checkout_id)
        return self.read(invoice)

    def page(self, checkout: Checkout, rest: str = "") -> str:
        """The path of a checkout's page."""
        return f"/checkout/{checkout.token}{rest}"

    def books(self) -> list[tuple[Any, ...]]:
        """All that counts: checkouts, invoices, payments, events and settlements."""
        wanted = (
            (tables.checkout, ("id", "state", "is_paid", "cancelled_at", "total")),
            (tables.invoice, ("id", "status", "amount", "seen", "reference")),
            (tables.payment, ("external_id", "invoice_id", "amount", "status")),
            (tables.event, ("id", "type")),
            (tables.settlement, ("invoice_id", "sequence", "amount", "status")),
            (tables.unmatched, ("external_id", "reason")),
        )
        rows: list[tuple[Any, ...]] = []
        with self.services.database.transaction(write=False) as connection:
            for table, names in wanted:
                columns = [table.c[name] for name in names]
                found = connection.execute(select(*columns).order_by(columns[0]))
                rows += [(table.name, *row) for row in found]
        return rows

    def count(self, checkout_id: str, type: str) -> int:
        """How many events of a type a checkout has brought."""
        return sum(event.type == type for event in self.kit.list_events(checkout_id))

    def close(self) -> None:
        """Close the database."""
        self.services.database.dispose()


def make_shop(url: str, clock: FakeClock, *scripts: Script, **config: Any) -> Shop:
    """Open a shop with scripted providers, or with the plugins of its config."""
    production = {
        "TESTING": False,
        "SECRET_KEY": f"key-{CANARY}",
        "CHECKOUT_KIT_WORKER": "external",
        # The document quotes one price in its example and commits to another.
        "CHECKOUT_KIT_LARGEST_DEVIATION": "1",
        "CHECKOUT_KIT_PUBLIC_URL": PUBLIC_URL,
    }
    kit, app = scripted_kit(url, clock, *scripts, config=production | config)
    return Shop(kit, app, clock)
