"""Webhooks taken in: forgotten in time, and none lost while a check is under way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from checkout_kit import (
    CheckoutKit,
    Invoice,
    PaymentObservation,
    PaymentStatus,
    ProviderUnreachable,
    WebhookNotice,
    WebhookRequest,
)
from checkout_kit.services.webhooks import KEEP_DIGESTS, WebhookInbox
from checkout_kit.storage import tables
from checkout_kit.testing.clock import FakeClock
from tests.fakes.scripted import Script, ten_dollars


def _open_invoice(kit: CheckoutKit) -> Invoice:
    return kit.commit_checkout(kit.create_checkout(ten_dollars()).id, "scripted:BTC")


def _tell_of(
    kit: CheckoutKit, script: Script, invoice: Invoice | None, body: bytes
) -> None:
    references = (str(invoice.reference),) if invoice else ("nobody",)
    script.notice = WebhookNotice(references)
    kit.receive_webhook("scripted", WebhookRequest("POST", "", {}, body))


def _kept(kit: CheckoutKit) -> int:
    query = select(func.count()).select_from(tables.webhook_digest)
    with kit._of_app().database.transaction(write=False) as connection:
        return int(connection.execute(query).scalar_one())


def test_old_webhooks_are_forgotten_by_the_worker(
    kit: CheckoutKit, script: Script, clock: FakeClock
) -> None:
    _tell_of(kit, script, None, b"old")
    clock.advance(KEEP_DIGESTS.total_seconds())
    assert kit.run_due().webhooks_forgotten == 0
    clock.advance(1)
    _tell_of(kit, script, None, b"new")
    assert kit.run_due().webhooks_forgotten == 1
    assert _kept(kit) == 1


def test_webhooks_are_forgotten_in_bounded_batches(
    kit: CheckoutKit, script: Script, clock: FakeClock
) -> None:
    for number in range(5):
        _tell_of(kit, script, None, str(number).encode())
        clock.advance(1)
    inbox = WebhookInbox(kit._of_app().basis)
    later = clock.now() + KEEP_DIGESTS + timedelta(seconds=1)
    assert [inbox.forget_old(later, limit=2) for _ in range(4)] == [2, 2, 1, 0]


def test_a_webhook_that_comes_during_a_check_is_not_lost(
    kit: CheckoutKit, script: Script, clock: FakeClock
) -> None:
    invoice = _open_invoice(kit)
    clock.advance(600)

    def told_meanwhile() -> None:
        # The provider answers what it knew before; the deposit comes right after.
        del script.on["detect_payments"]
        _tell_of(kit, script, invoice, b"paid")

    script.on["detect_payments"] = told_meanwhile
    assert kit.run_due().invoices_checked == 1
    script.payments[invoice.id] = [
        PaymentObservation("d1", invoice.amount, PaymentStatus.CONFIRMED)
    ]
    # Not at once: an invoice is never looked at more often than every two seconds.
    assert kit.run_due().invoices_checked == 0
    clock.advance(2)
    assert kit.run_due().invoices_checked == 1
    assert kit.get_checkout(invoice.checkout_id).is_paid


def test_without_news_the_next_check_is_when_it_would_have_been(
    kit: CheckoutKit, script: Script, clock: FakeClock
) -> None:
    _open_invoice(kit)
    clock.advance(600)
    assert kit.run_due().invoices_checked == 1
    clock.advance(50)
    assert kit.run_due().invoices_checked == 0
    clock.advance(20)
    assert kit.run_due().invoices_checked == 1


def test_a_webhook_during_a_failing_check_does_not_end_its_pause(
    kit: CheckoutKit, script: Script, clock: FakeClock
) -> None:
    invoice = _open_invoice(kit)
    clock.advance(600)

    def told_meanwhile() -> None:
        _tell_of(kit, script, invoice, b"paid")
        raise ProviderUnreachable("scripted", "down")

    script.on["detect_payments"] = told_meanwhile
    kit.run_due()
    clock.advance(2)
    assert kit.run_due().invoices_checked == 0


@pytest.mark.parametrize("is_signed", [True, False])
def test_a_webhook_counts_after_the_check_it_came_before(
    kit: CheckoutKit, script: Script, clock: FakeClock, is_signed: bool
) -> None:
    invoice = _open_invoice(kit)
    clock.advance(600)
    script.notice = WebhookNotice((str(invoice.reference),), is_signed=is_signed)
    kit.receive_webhook("scripted", WebhookRequest("POST", "", {}, b"x"))
    assert kit.run_due().invoices_checked == 1
    clock.advance(11)
    assert kit.run_due().invoices_checked == 0
