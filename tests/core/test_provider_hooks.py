"""Each provider hook: when the kit calls it, with what, and what it does with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import current_app

from checkout_kit import (
    CheckoutKit,
    InvalidTransition,
    InvoiceStatus,
    Money,
    PaymentObservation,
    PaymentStatus,
    WebhookNotice,
    WebhookRequest,
    hookimpl,
)
from checkout_kit.testing.clock import FakeClock
from tests.fakes.scripted import Script, kit_of, scripted_plugin, ten_dollars


@pytest.fixture
def script() -> Script:
    """What the provider does."""
    return Script("good")


@pytest.fixture
def kit(tmp_path: Any, clock: FakeClock, script: Script) -> Iterator[CheckoutKit]:
    """A kit with a provider that also simulates and tells its health."""

    class Talking(scripted_plugin(script)):  # type: ignore[misc]
        @hookimpl
        def check_health(self) -> str:
            script.before("check_health")
            return "feeling fine"

        @hookimpl
        def simulate_payment(self, invoice: Any, scenario: str) -> bool:
            script.before(f"simulate {scenario}")
            script.payments[invoice.id] = [
                PaymentObservation("d1", invoice.amount, PaymentStatus.CONFIRMED)
            ]
            return True

    kit, app = kit_of(f"sqlite:///{tmp_path / 'kit.db'}", clock, {"good": Talking})
    with app.app_context():
        yield kit
        kit.close()


def test_hook_list_payment_methods(kit: CheckoutKit, script: Script) -> None:
    made = kit.create_checkout(ten_dollars())
    kit.list_quotes(made.id)
    assert script.calls == ["list_payment_methods", "quote_price"]


def test_hook_quote_price(kit: CheckoutKit, script: Script) -> None:
    made = kit.create_checkout(ten_dollars())
    (quote,) = kit.list_quotes(made.id)
    assert quote.method.id == "good:BTC"
    assert quote.covers == Money("10.00", "USD")
    assert quote.expires_at is not None


def test_hook_create_invoice(kit: CheckoutKit, script: Script) -> None:
    made = kit.create_checkout(ten_dollars())
    invoice = kit.commit_checkout(made.id, "good:BTC")
    assert invoice.status is InvoiceStatus.OPEN
    assert script.made == [invoice.operation_key]


def test_hook_detect_payments(
    kit: CheckoutKit, script: Script, clock: FakeClock
) -> None:
    made = kit.create_checkout(ten_dollars())
    kit.commit_checkout(made.id, "good:BTC")
    clock.advance(10)
    kit.run_due()
    assert script.calls.count("detect_payments") == 1


def test_hook_parse_webhook(kit: CheckoutKit, script: Script) -> None:
    made = kit.create_checkout(ten_dollars())
    invoice = kit.commit_checkout(made.id, "good:BTC")
    script.notice = WebhookNotice((str(invoice.reference),))
    kit.receive_webhook("good", WebhookRequest("POST", "", {}, b"{}"))
    assert kit.run_due().invoices_checked == 1


def test_hook_settle_invoice(kit: CheckoutKit, script: Script) -> None:
    made = kit.create_checkout(ten_dollars())
    invoice = kit.commit_checkout(made.id, "good:BTC")
    script.payments[invoice.id] = [
        PaymentObservation("d1", invoice.amount, PaymentStatus.CONFIRMED)
    ]
    kit.check_checkout(made.id)
    kit.run_due()
    (order,) = kit.list_settlements(made.id)
    assert order.result is not None
    assert order.result.reference == f"credit-settle:{invoice.id}:1"


def test_hook_check_health(kit: CheckoutKit, script: Script) -> None:
    runner = current_app.test_cli_runner()
    result = runner.invoke(args=["checkout", "doctor"])
    assert "feeling fine" in result.output
    assert script.calls == ["check_health"]


def test_hook_simulate_payment(kit: CheckoutKit, script: Script) -> None:
    made = kit.create_checkout(ten_dollars())
    page = current_app.test_client()
    desk = current_app.extensions["checkout_kit"].desk
    with pytest.raises(InvalidTransition):
        desk.simulate(made.token, "exact")
    kit.commit_checkout(made.id, "good:BTC")
    answer = page.post(f"/checkout/{made.token}/simulate", data={"scenario": "exact"})
    assert answer.status_code == 303
    kit.run_due()
    assert kit.get_checkout(made.id).is_paid
    assert "simulate exact" in script.calls
