"""Looking at invoices: batches, failures, and reports in every order."""

from __future__ import annotations

from typing import Any

import pytest
from flask import current_app

from checkout_kit import (
    CheckoutKit,
    CheckoutState,
    Currency,
    DetectionReport,
    Invoice,
    InvoiceSnapshot,
    Money,
    PaymentObservation,
    PaymentStatus,
    ProviderUnreachable,
    UnmatchedDeposit,
    WebhookNotice,
    WebhookRequest,
)
from checkout_kit.testing.clock import FakeClock
from tests.fakes.scripted import BTC, Script, ten_dollars


def _open_invoice(kit: CheckoutKit) -> Invoice:
    return kit.commit_checkout(kit.create_checkout(ten_dollars()).id, "scripted:BTC")


def _confirmed(invoice: Invoice, external_id: str = "d1") -> PaymentObservation:
    return PaymentObservation(external_id, invoice.amount, PaymentStatus.CONFIRMED)


def _raise(error: BaseException) -> Any:
    raise error


def _types(kit: CheckoutKit, invoice: Invoice) -> list[str]:
    return [event.type for event in kit.list_events(invoice.checkout_id)]


def test_all_invoices_are_looked_at_in_one_call(
    kit: CheckoutKit, script: Script, clock: FakeClock
) -> None:
    for _ in range(5):
        _open_invoice(kit)
    clock.advance(10)
    assert kit.run_due().invoices_checked == 5
    assert script.calls.count("detect_payments") == 1


def test_nothing_is_looked_at_before_its_turn(kit: CheckoutKit, script: Script) -> None:
    _open_invoice(kit)
    assert kit.run_due().invoices_checked == 0
    assert "detect_payments" not in script.calls


def test_the_same_report_again_changes_nothing(
    kit: CheckoutKit, script: Script, clock: FakeClock
) -> None:
    invoice = _open_invoice(kit)
    script.payments[invoice.id] = [_confirmed(invoice)]
    kit.check_checkout(invoice.checkout_id)
    before = _types(kit, invoice)
    for _ in range(3):
        clock.advance(60)
        kit.run_due()
        kit.check_checkout(invoice.checkout_id)
    assert _types(kit, invoice)[: len(before)] == before
    assert _types(kit, invoice).count("checkout.paid") == 1
    assert _types(kit, invoice).count("payment.detected") == 1


def test_an_invoice_without_a_snapshot_backs_off_alone(
    kit: CheckoutKit, script: Script, clock: FakeClock
) -> None:
    bad, good = _open_invoice(kit), _open_invoice(kit)
    script.snapshots[bad.id] = None
    script.payments[good.id] = [_confirmed(good)]
    clock.advance(10)
    kit.run_due()
    assert kit.get_checkout(good.checkout_id).state is CheckoutState.COMPLETED
    assert kit.get_checkout(bad.checkout_id).state is CheckoutState.NEW_CHARGE
    del script.snapshots[bad.id]
    script.payments[bad.id] = [_confirmed(bad, "d2")]
    clock.advance(10)
    kit.run_due()
    assert kit.get_checkout(bad.checkout_id).state is CheckoutState.COMPLETED


def test_a_snapshot_that_can_not_be_stored_keeps_no_other_from_counting(
    kit: CheckoutKit, script: Script, clock: FakeClock
) -> None:
    bad, good = _open_invoice(kit), _open_invoice(kit)
    script.payments[bad.id] = [
        PaymentObservation(
            "d1", bad.amount, PaymentStatus.CONFIRMED, details={"not JSON": object()}
        )
    ]
    script.payments[good.id] = [_confirmed(good, "d2")]
    clock.advance(10)
    kit.run_due()
    assert kit.get_checkout(good.checkout_id).is_paid
    assert not kit.get_checkout(bad.checkout_id).is_paid


def test_a_failed_batch_is_tried_again_later(
    kit: CheckoutKit, script: Script, clock: FakeClock
) -> None:
    invoice = _open_invoice(kit)
    script.on["detect_payments"] = lambda: _raise(
        ProviderUnreachable("scripted", "down")
    )
    clock.advance(10)
    kit.run_due()
    assert kit.run_due().invoices_checked == 0
    del script.on["detect_payments"]
    script.payments[invoice.id] = [_confirmed(invoice)]
    clock.advance(10)
    kit.run_due()
    assert kit.get_checkout(invoice.checkout_id).is_paid


def test_a_late_answer_never_overrides_a_newer_one(
    kit: CheckoutKit, script: Script, clock: FakeClock
) -> None:
    """A slow first look answers after a second one has seen more."""
    invoice = _open_invoice(kit)
    services = _services(kit)
    started = clock.now()
    with services.basis.units.write() as unit:
        unit.invoices.make_due(started, checkout_id=invoice.checkout_id)
        (slow,) = unit.invoices.claim_due(
            started, status=invoice.status, limit=1, seconds=0
        )
        unit.commit()
    script.payments[invoice.id] = [_confirmed(invoice)]
    clock.advance(10)
    kit.check_checkout(invoice.checkout_id)
    stale = PaymentObservation("d1", invoice.amount, PaymentStatus.DETECTED)
    services.detection._take_in(
        [slow], started, DetectionReport({slow.id: InvoiceSnapshot([stale])})
    )
    assert kit.get_checkout(invoice.checkout_id).state is CheckoutState.COMPLETED


def test_a_deposit_reported_for_two_invoices_counts_once(
    kit: CheckoutKit, script: Script
) -> None:
    first, second = _open_invoice(kit), _open_invoice(kit)
    script.payments[first.id] = [_confirmed(first)]
    script.payments[second.id] = [_confirmed(second)]
    kit.check_checkout(first.checkout_id)
    kit.check_checkout(second.checkout_id)
    assert kit.get_checkout(first.checkout_id).is_paid
    assert not kit.get_checkout(second.checkout_id).is_paid
    (kept,) = kit.list_unmatched()
    assert "two invoices" in kept.reason


def test_another_asset_is_never_credited(kit: CheckoutKit, script: Script) -> None:
    invoice = _open_invoice(kit)
    fake = Currency("BTC", "stellar", "GFAKE", 7)
    script.payments[invoice.id] = [
        PaymentObservation("d1", Money("0.0002", fake), PaymentStatus.CONFIRMED)
    ]
    kit.check_checkout(invoice.checkout_id)
    assert kit.get_checkout(invoice.checkout_id).state is CheckoutState.NEW_CHARGE
    assert [deposit.external_id for deposit in kit.list_unmatched()] == ["d1"]


def test_an_unmatched_deposit_is_kept_once_with_its_evidence(
    kit: CheckoutKit, script: Script, clock: FakeClock
) -> None:
    invoice = _open_invoice(kit)
    deposit = UnmatchedDeposit(
        "x1", "no memo", Money("0.1", BTC), clock.now(), {"tx": "abc"}
    )
    script.on["detect_payments"] = lambda: DetectionReport(
        {invoice.id: InvoiceSnapshot()}, [deposit]
    )
    kit.check_checkout(invoice.checkout_id)
    kit.check_checkout(invoice.checkout_id)
    (kept,) = kit.list_unmatched()
    assert kept.details == {"tx": "abc"}
    assert kept.amount == Money("0.1", BTC)
    assert kept.provider == "scripted"


def test_a_deposit_without_a_time_is_dated_in_the_buyers_favour(
    kit: CheckoutKit, script: Script, clock: FakeClock
) -> None:
    """It may have come right after the last look, which was in time."""
    invoice = _open_invoice(kit)
    clock.advance(3500)
    kit.check_checkout(invoice.checkout_id)
    clock.advance(3600)
    script.payments[invoice.id] = [_confirmed(invoice)]
    kit.check_checkout(invoice.checkout_id)
    assert kit.get_checkout(invoice.checkout_id).state is CheckoutState.COMPLETED


def test_an_old_invoice_is_watched_through_its_late_window(
    kit: CheckoutKit, script: Script, clock: FakeClock
) -> None:
    invoice = _open_invoice(kit)
    clock.advance(6 * 24 * 3600)
    script.payments[invoice.id] = [
        PaymentObservation("d1", invoice.amount, PaymentStatus.CONFIRMED, clock.now())
    ]
    kit.run_due()
    assert kit.get_checkout(invoice.checkout_id).state is (
        CheckoutState.DELAYED_COMPLETED
    )


def test_after_the_late_window_only_a_command_looks(
    kit: CheckoutKit, script: Script, clock: FakeClock
) -> None:
    invoice = _open_invoice(kit)
    clock.advance(8 * 24 * 3600)
    kit.run_due()
    script.payments[invoice.id] = [_confirmed(invoice)]
    clock.advance(24 * 3600)
    assert kit.run_due().invoices_checked == 0
    assert kit.check_checkout(invoice.checkout_id).is_paid


def test_what_can_never_be_looked_at_again_is_let_go(
    kit: CheckoutKit, script: Script, clock: FakeClock
) -> None:
    """A provider may have forgotten it: a command must not make it due for ever."""
    invoice = _open_invoice(kit)
    script.snapshots[invoice.id] = None
    clock.advance(15 * 24 * 3600)
    kit.check_checkout(invoice.checkout_id)
    clock.advance(24 * 3600)
    assert kit.run_due().invoices_checked == 0


def test_a_reversal_after_payment_is_told_and_un_pays_nothing_by_itself(
    kit: CheckoutKit, script: Script
) -> None:
    invoice = _open_invoice(kit)
    script.payments[invoice.id] = [_confirmed(invoice)]
    kit.check_checkout(invoice.checkout_id)
    script.payments[invoice.id] = [
        PaymentObservation("d1", invoice.amount, PaymentStatus.REVERSED)
    ]
    checkout = kit.check_checkout(invoice.checkout_id)
    assert checkout.state is CheckoutState.UNRESOLVED_GENERIC
    types = _types(kit, invoice)
    assert types.count("checkout.paid") == types.count("checkout.reversed") == 1
    script.payments[invoice.id] = [_confirmed(invoice)]
    assert kit.check_checkout(invoice.checkout_id).is_paid
    assert _types(kit, invoice).count("checkout.paid") == 1


@pytest.mark.slow
def test_checks_get_rarer_with_age(
    kit: CheckoutKit, script: Script, clock: FakeClock
) -> None:
    _open_invoice(kit)
    for _ in range(3600 // 15):
        clock.advance(15)
        kit.run_due()
    within_the_hour = script.calls.count("detect_payments")
    assert 60 <= within_the_hour <= 110
    script.calls.clear()
    for _ in range(24):
        clock.advance(3600)
        kit.run_due()
    assert script.calls.count("detect_payments") <= 30


def test_a_webhook_makes_its_invoice_due_at_once(
    kit: CheckoutKit, script: Script, clock: FakeClock
) -> None:
    invoice = _open_invoice(kit)
    script.payments[invoice.id] = [_confirmed(invoice)]
    script.notice = WebhookNotice((str(invoice.reference),))
    request = WebhookRequest("POST", "", {}, b"{}")
    kit.receive_webhook("scripted", request)
    assert "detect_payments" not in script.calls
    assert kit.run_due().invoices_checked == 1
    assert kit.get_checkout(invoice.checkout_id).is_paid


def test_a_replayed_webhook_makes_nothing_due(
    kit: CheckoutKit, script: Script, clock: FakeClock
) -> None:
    invoice = _open_invoice(kit)
    script.notice = WebhookNotice((str(invoice.reference),))
    request = WebhookRequest("POST", "", {}, b"{}")
    kit.receive_webhook("scripted", request)
    kit.run_due()
    clock.advance(4)
    kit.receive_webhook("scripted", request)
    assert kit.run_due().invoices_checked == 0


@pytest.mark.parametrize(("pause", "checked"), [(3, 0), (11, 1)])
def test_unsigned_pings_are_held_apart(
    kit: CheckoutKit, script: Script, clock: FakeClock, pause: int, checked: int
) -> None:
    invoice = _open_invoice(kit)
    clock.advance(3700)
    kit.run_due()
    script.notice = WebhookNotice((str(invoice.reference),), is_signed=False)
    clock.advance(pause)
    kit.receive_webhook("scripted", WebhookRequest("POST", "", {}, b"{}"))
    assert kit.run_due().invoices_checked == checked


@pytest.mark.slow
def test_a_provider_is_asked_at_a_bounded_pace(
    kit: CheckoutKit, script: Script, clock: FakeClock
) -> None:
    """However many webhooks come: ten looks at once, then one a second."""
    invoices = [_open_invoice(kit) for _ in range(20)]
    for number, invoice in enumerate(invoices):
        script.notice = WebhookNotice((str(invoice.reference),))
        body = str(number).encode()
        kit.receive_webhook("scripted", WebhookRequest("POST", "", {}, body))
        kit.run_due()
    assert script.calls.count("detect_payments") == 10
    for _ in range(3):
        clock.advance(1)
        kit.run_due()
    assert all(
        kit.get_checkout(invoice.checkout_id).invoices[0].checked_at
        for invoice in invoices
    )


def test_the_cached_label_never_decides(kit: CheckoutKit, clock: FakeClock) -> None:
    made = kit.create_checkout(ten_dollars())
    clock.advance(24 * 3600 + 1)
    assert kit.get_checkout(made.id).state is CheckoutState.EXPIRED


def _services(kit: CheckoutKit) -> Any:
    return current_app.extensions["checkout_kit"]
