"""Fixtures: a shop that sells on pages, its own and those of one other origin."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from checkout_kit import (
    Charge,
    Checkout,
    CheckoutKit,
    LineItem,
    PaymentObservation,
    PaymentStatus,
)
from checkout_kit.testing.clock import FakeClock
from tests.fakes.scripted import Script, scripted_kit, ten_dollars

KEY = "a-key-of-this-one-purchase"
OFFERS = "/checkout/offers"
BLOG = "https://blog.example"
METHOD = "scripted:BTC"


class Shop:
    """A kit, its app, and its scripted provider."""

    def __init__(self, url: str, clock: FakeClock, **config: Any) -> None:
        self.clock = clock
        self.script = Script()
        usual = {
            "CHECKOUT_KIT_PUBLIC_URL": "https://shop.example",
            "CHECKOUT_KIT_FRAME_ANCESTORS": [BLOG],
            "CHECKOUT_KIT_OFFER_RATE": "60/minute",
        }
        self.kit, self.app = scripted_kit(
            url, clock, self.script, config=usual | config
        )

    def pay(self, checkout: Checkout, part: int = 1) -> Checkout:
        """Pay a checkout in full, or the n-th part of it, and look for the payment."""
        invoice = self.kit.get_checkout(checkout.id).invoice
        invoice = invoice or self.kit.commit_checkout(checkout.id, METHOD)
        amount = invoice.amount
        paid = type(amount).from_minor_units(
            amount.minor_units // part, amount.currency
        )
        self.script.payments[invoice.id] = [
            PaymentObservation(f"d-{invoice.id}", paid, PaymentStatus.CONFIRMED)
        ]
        self.clock.advance(10)
        return self.kit.check_checkout(checkout.id)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with the kit's tables."""
    template: Path = request.getfixturevalue("_sqlite_template")
    shutil.copy(template, tmp_path / "shop.db")
    return f"sqlite:///{tmp_path / 'shop.db'}"


@pytest.fixture
def shop(database_url: str, clock: FakeClock) -> Iterator[Shop]:
    """A shop whose page may be embedded by one other origin."""
    shop = Shop(database_url, clock)
    with shop.app.app_context():
        yield shop
    shop.kit.close()


@pytest.fixture
def app(shop: Shop) -> Flask:
    """Its app."""
    return shop.app


@pytest.fixture
def kit(shop: Shop) -> CheckoutKit:
    """Its kit."""
    return shop.kit


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A buyer."""
    return app.test_client()


def donation(kit: CheckoutKit, **options: Any) -> str:
    """An offer whose amount is free from 1 to 500 USD."""
    charge = Charge("USD", [LineItem("A new roof", "25")])
    return kit.sign_offer(charge, **{"min": 1, "max": 500, **options})


def count(kit: CheckoutKit) -> int:
    """How many checkouts there are."""
    return len(kit.list_checkouts())


def page_paths(shop: Shop) -> dict[str, str]:
    """The path of a page of each kind, below the kit's prefix."""
    kit = shop.kit
    with shop.app.app_context():
        roof = Charge("EUR", [LineItem("A new roof", 25)])
        return {
            "link": f"links/{kit.create_link(ten_dollars(), stock=5).token}",
            "free link": f"links/{kit.create_link(roof, min=1, max=500).token}",
            "offer": f"offers?offer={kit.sign_offer(ten_dollars(), max_quantity=3)}",
            "free offer": f"offers?offer={donation(kit)}",
        }
