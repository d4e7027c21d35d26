"""A little shop of one view, to which a test adds whatever extension it is about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, redirect
from werkzeug.test import TestResponse
from werkzeug.wrappers import Response

from checkout_kit import (
    Charge,
    Checkout,
    CheckoutKit,
    LineItem,
    PaymentObservation,
    PaymentStatus,
)
from checkout_kit.testing import FakeClock
from tests.fakes.scripted import Script, scripted_plugin

Prepare = Callable[[Flask], object]
PUBLIC_URL = "https://shop.example"


@dataclass(frozen=True)
class LittleShop:
    """A shop, its kit, and what its provider is scripted to answer."""

    app: Flask
    kit: CheckoutKit
    script: Script
    clock: FakeClock

    def buy(self, item: str = "T-Shirt") -> Checkout:
        """A new checkout of one thing."""
        with self.app.app_context():
            return self.kit.create_checkout(
                Charge("USD", [LineItem(item, "10.00")]), return_url=f"{PUBLIC_URL}/"
            )

    def show(
        self, checkout: Checkout, rest: str = "", **arguments: Any
    ) -> TestResponse:
        """What a buyer without any cookie is shown of a checkout."""
        client = self.app.test_client(use_cookies=False)
        return client.get(f"{_path_of(checkout)}{rest}", **arguments)

    def post(
        self, checkout: Checkout, rest: str, data: Mapping[str, str], **arguments: Any
    ) -> TestResponse:
        """Send one of the page's forms."""
        client = self.app.test_client(use_cookies=False)
        return client.post(f"{_path_of(checkout)}{rest}", data=data, **arguments)

    def pay(self, checkout: Checkout) -> Checkout:
        """Choose Bitcoin on the page, and send the exact amount."""
        self.post(checkout, "/method", {"method": "scripted:BTC"})
        with self.app.app_context():
            invoice = self.kit.get_checkout(checkout.id).invoice
            assert invoice is not None, "the page took no choice"
            self.script.payments[invoice.id] = [
                PaymentObservation("d1", invoice.amount, PaymentStatus.CONFIRMED)
            ]
            self.clock.advance(10)
            self.kit.run_due()
            return self.kit.check_checkout(checkout.id)

    def close(self) -> None:
        """Let go of the database."""
        self.app.extensions["checkout_kit"].database.dispose()


def open_shop(
    database_url: str,
    clock: FakeClock,
    *,
    before: Prepare | None = None,
    after: Prepare | None = None,
    config: Mapping[str, Any] | None = None,
    session: Any = None,
    app: Flask | None = None,
) -> LittleShop:
    """Open a shop.

    :param before: adds extensions before the kit is added.
    :param after: adds them after it.
    """
    script = Script()
    app = app or Flask("little_shop")
    app.config.update(
        TESTING=True,
        SECRET_KEY="not a secret",
        CHECKOUT_KIT_DATABASE_URL=database_url,
        CHECKOUT_KIT_PLUGINS={script.name: {}},
        CHECKOUT_KIT_PROVIDER_DEADLINE=5,
    )
    app.config.update(config or {})
    app.config.setdefault("CHECKOUT_KIT_PUBLIC_URL", PUBLIC_URL)
    kit = CheckoutKit(
        clock=clock,
        session=session,
        plugins=[(script.name, scripted_plugin(script))],
    )
    if before is not None:
        before(app)
    kit.init_app(app)

    @app.get("/")
    def show_home() -> str:
        return "Umbrellas, all black"

    @app.post("/buy")
    def buy() -> Response:
        made = kit.create_checkout(Charge("USD", [LineItem("Umbrella", "10.00")]))
        return redirect(made.url)

    if after is not None:
        after(app)
    with app.app_context():
        kit.init_db()
    return LittleShop(app, kit, script, clock)


def _path_of(checkout: Checkout) -> str:
    return checkout.url.removeprefix(PUBLIC_URL)
