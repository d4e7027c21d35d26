from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from checkout_kit import Money, NotSupported, ProviderAuthError, ProviderRefused
from checkout_kit.testing import FakeClock, LoopbackServer, MemoryOperation
from checkout_kit_quoine_pay.answers import InvoiceStatus, SystemStatus
from checkout_kit_quoine_pay.client import QuoinePayClient
from checkout_kit_quoine_pay.simulator import (
    SIMULATOR_USER_ID,
    SIMULATOR_USER_SECRET,
    create_simulator,
)
from tests.plugins.quoine_pay.fake_api import make_settings
from tests.plugins.quoine_pay.shop_side import (
    make_checkout,
    make_plugin,
    make_quote,
    to_invoice,
)

REAL = {"user_id": SIMULATOR_USER_ID, "user_secret": SIMULATOR_USER_SECRET}


@pytest.fixture
def root(clock: FakeClock) -> Iterator[str]:
    app = create_simulator(clock=clock.now)
    app.config["SIMULATOR_THREADS"] = False
    with LoopbackServer(app) as server:
        yield server.url


@pytest.fixture
def client(root: str, clock: FakeClock) -> Iterator[QuoinePayClient]:
    client = QuoinePayClient(make_settings(f"{root}/api/v1", **REAL), clock)
    yield client
    client.close()


def control(root: str, path: str, body: Any) -> None:
    requests.post(f"{root}/control{path}", json=body, timeout=5).raise_for_status()


def test_every_endpoint_answers_what_the_client_reads(
    root: str, client: QuoinePayClient
) -> None:
    made = client.create_invoice(Money("500.00", "USD"), name="n", data="é,:&?/")
    assert made.system_status is SystemStatus.ACCOUNT_CREATED
    assert made.data == "é,:&?/"
    control(root, f"/invoices/{made.id}/pay", {})
    found = client.get_invoice(made.id)
    assert found.invoice_status is InvoiceStatus.CONFIRMED
    assert found.btc_balance == found.btc_price == made.btc_price
    assert client.list_invoices(1, 5).invoices == (found,)
    client.set_callback("https://shop.example.com/x")
    assert client.get_profile().callback == "https://shop.example.com/x"


def test_errors_are_typed(client: QuoinePayClient) -> None:
    with pytest.raises(ProviderRefused) as blank:
        client.create_invoice(Money("0", "USD"))
    assert blank.value.messages == ("price must be greater than 0",)
    with pytest.raises(ProviderRefused, match="Invoice not found"):
        client.get_invoice(99)


@pytest.mark.parametrize("wrong", [{"user_secret": "x"}, {"user_id": "2"}])
def test_wrong_credentials_are_refused(
    root: str, clock: FakeClock, wrong: dict[str, str]
) -> None:
    settings = make_settings(f"{root}/api/v1", **(REAL | wrong))
    client = QuoinePayClient(settings, clock)
    with pytest.raises(ProviderAuthError):
        client.get_profile()
    client.close()


def test_a_clock_that_is_wrong_by_an_hour_is_refused(
    root: str, clock: FakeClock
) -> None:
    ours = FakeClock(clock.now())
    ours.advance(3600)
    client = QuoinePayClient(make_settings(f"{root}/api/v1", **REAL), ours)
    with pytest.raises(ProviderAuthError, match="Date"):
        client.get_profile()
    client.close()


def test_the_simulators_buyer_pays(root: str, clock: FakeClock) -> None:
    settings = make_settings(f"{root}/api/v1", control_url=f"{root}/control", **REAL)
    plugin = make_plugin(settings, clock)
    checkout = make_checkout(clock)
    quote = make_quote(plugin, checkout)
    invoice = to_invoice(
        clock, quote, plugin.create_invoice(checkout, quote, MemoryOperation())
    )
    assert plugin.simulate_payment(invoice, "exact")
    (payment,) = plugin.detect_payments([invoice]).snapshots[invoice.id].payments
    assert payment.amount == invoice.amount
    with pytest.raises(NotSupported):
        plugin.simulate_payment(invoice, "without_memo")
    plugin.close()
