"""Each hook of a purchase: when the kit calls it, with what, and what comes of it."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from flask import current_app

from checkout_kit import (
    CheckoutKit,
    DepositInstructions,
    InvalidTransition,
    InvoiceSnapshot,
    InvoiceStatus,
    MethodUnavailable,
    Money,
    PaymentObservation,
    PaymentStatus,
    ProviderInvoice,
    ProviderRefused,
    ProviderTimeout,
    ProviderUnavailable,
    WebhookNotice,
    WebhookRequest,
)
from checkout_kit.testing import FakeClock
from tests.fakes.scripted import ADDRESS, Script, ten_dollars


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


def test_the_page_to_come_back_to_is_handed_over(
    kit: CheckoutKit, script: Script
) -> None:
    made = kit.create_checkout(ten_dollars())
    kit.commit_checkout(made.id, "good:BTC")
    assert script.page_urls == [made.url]
    assert made.url.endswith(f"/checkout/{made.token}")


def test_an_invoice_of_another_one_s_id_is_never_shown(
    kit: CheckoutKit, script: Script
) -> None:
    first, second = (kit.create_checkout(ten_dollars()) for _ in range(2))
    amount = Money("0.0002", "BTC")
    script.on["create_invoice"] = lambda: ProviderInvoice(
        "the same", amount, DepositInstructions(ADDRESS, amount, "Bitcoin")
    )
    kit.commit_checkout(first.id, "good:BTC")
    with pytest.raises(MethodUnavailable):
        kit.commit_checkout(second.id, "good:BTC")
    (refused,) = kit.get_checkout(second.id).invoices
    assert refused.status is InvoiceStatus.FAILED
    assert refused.instructions is None


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


def test_hook_submit_proof(kit: CheckoutKit, script: Script, clock: FakeClock) -> None:
    made = kit.create_checkout(ten_dollars())
    invoice = kit.commit_checkout(made.id, "good:BTC")
    page = current_app.test_client()
    url = f"/checkout/{made.token}"
    pdf = b"%PDF-1.7 the bank says so"

    def send() -> Any:
        sent = {"proof": (BytesIO(pdf), "Überweisung an Müller.pdf")}
        return page.post(f"{url}/proof", data=sent)

    assert "notice" not in send().location
    script.snapshots[invoice.id] = InvoiceSnapshot(wants_proof=True)
    kit.check_checkout(made.id)
    assert "Send proof" in page.get(url).text
    assert send().location == f"{url}?notice=proof-sent"
    assert f"submit_proof berweisung-an-M-ller.pdf {len(pdf)}" in script.calls
    script.snapshots[invoice.id] = InvoiceSnapshot()
    kit.run_due()
    assert "Send proof" not in page.get(url).text


@pytest.mark.parametrize(
    ("error", "notice"),
    [
        (ProviderRefused("good", "confirmed already"), "proof-refused"),
        (ProviderTimeout("good", "slow"), "proof-failed"),
    ],
)
def test_a_proof_that_is_not_taken_can_be_sent_again(
    kit: CheckoutKit, script: Script, error: Exception, notice: str
) -> None:
    made = kit.create_checkout(ten_dollars())
    invoice = kit.commit_checkout(made.id, "good:BTC")
    script.snapshots[invoice.id] = InvoiceSnapshot(wants_proof=True)
    kit.check_checkout(made.id)

    def fail() -> None:
        raise error

    script.on["submit_proof proof.pdf 8"] = fail
    page = current_app.test_client()
    sent = {"proof": (BytesIO(b"%PDF-1.7"), "proof.pdf")}
    answer = page.post(f"/checkout/{made.token}/proof", data=sent)
    assert answer.location.endswith(notice)
    assert "Send proof" in page.get(answer.location).text


def test_hook_close_invoice(kit: CheckoutKit, script: Script, clock: FakeClock) -> None:
    made = kit.create_checkout(ten_dollars())
    invoice = kit.commit_checkout(made.id, "good:BTC")
    clock.advance(7 * 24 * 3600)
    kit.run_due()
    # The late window counts from the invoice's expiry: it is watched for an hour yet.
    assert f"close_invoice {invoice.id}" not in script.calls
    clock.advance(2 * 3600)
    kit.run_due()
    assert script.calls[-2:] == ["detect_payments", f"close_invoice {invoice.id}"]
    script.calls.clear()
    clock.advance(24 * 3600)
    kit.run_due()
    assert "detect_payments" not in script.calls


def test_closing_is_tried_again_for_a_week(
    kit: CheckoutKit, script: Script, clock: FakeClock
) -> None:
    made = kit.create_checkout(ten_dollars())
    invoice = kit.commit_checkout(made.id, "good:BTC")

    def fail() -> None:
        raise ProviderUnavailable("good", "closed on Sundays")

    script.on[f"close_invoice {invoice.id}"] = fail
    clock.advance(8 * 24 * 3600)
    for _ in range(3):
        kit.run_due()
        clock.advance(3601)
    assert script.calls.count(f"close_invoice {invoice.id}") == 3
    clock.advance(8 * 24 * 3600)
    kit.run_due()
    script.calls.clear()
    clock.advance(24 * 3600)
    kit.run_due()
    assert script.calls == []


def test_hook_check_health(kit: CheckoutKit, script: Script) -> None:
    runner = current_app.test_cli_runner()
    result = runner.invoke(args=["checkout", "doctor"])
    assert "feeling fine" in result.output
    assert script.calls[0] == "check_health"


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
