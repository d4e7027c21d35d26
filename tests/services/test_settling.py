"""Settling: once for each order, and nothing that was reversed."""

from __future__ import annotations

from typing import Any

import pytest

from checkout_kit import (
    CheckoutKit,
    Invoice,
    Money,
    PaymentObservation,
    PaymentStatus,
    ProviderAuthError,
    ProviderRefused,
    ProviderTimeout,
    ProviderUnreachable,
    SettlementOrder,
    SettlementStatus,
)
from checkout_kit.testing.clock import FakeClock
from tests.fakes.scripted import BTC, NOT_YET, Script, scripted_kit, ten_dollars


def _paid_invoice(kit: CheckoutKit, script: Script) -> Invoice:
    made = kit.create_checkout(ten_dollars())
    invoice = kit.commit_checkout(made.id, "scripted:BTC")
    script.payments[invoice.id] = [
        PaymentObservation("d1", invoice.amount, PaymentStatus.CONFIRMED)
    ]
    kit.check_checkout(made.id)
    return invoice


def _raise(error: BaseException) -> Any:
    raise error


def test_a_paid_invoice_is_settled_once(
    kit: CheckoutKit, script: Script, clock: FakeClock
) -> None:
    invoice = _paid_invoice(kit, script)
    for _ in range(5):
        kit.run_due()
        clock.advance(3600)
    (order,) = kit.list_settlements(invoice.checkout_id)
    assert order.status is SettlementStatus.DONE
    assert order.amount == Money("10.00", "USD")
    assert script.calls.count("settle_invoice") == 1
    types = [event.type for event in kit.list_events(invoice.checkout_id)]
    assert types.count("invoice.settled") == 1


def test_what_was_never_sent_is_sent_later(
    kit: CheckoutKit, script: Script, clock: FakeClock
) -> None:
    _paid_invoice(kit, script)
    script.on["settle_invoice"] = lambda: _raise(ProviderUnreachable("scripted", "x"))
    kit.run_due()
    del script.on["settle_invoice"]
    clock.advance(30)
    kit.run_due()
    assert script.calls.count("settle_invoice") == 2


def test_not_yet_is_asked_again_with_the_same_key(
    kit: CheckoutKit, script: Script, clock: FakeClock
) -> None:
    invoice = _paid_invoice(kit, script)
    script.on["settle_invoice"] = lambda: NOT_YET
    kit.run_due()
    (waiting,) = kit.list_settlements(invoice.checkout_id)
    assert waiting.status is SettlementStatus.INTENDED
    del script.on["settle_invoice"]
    clock.advance(30)
    kit.run_due()
    (done,) = kit.list_settlements(invoice.checkout_id)
    assert (done.status, done.key) == (SettlementStatus.DONE, waiting.key)


def test_an_unknown_outcome_is_asked_again_and_found(
    kit: CheckoutKit, script: Script, clock: FakeClock
) -> None:
    invoice = _paid_invoice(kit, script)
    script.on["settle_invoice"] = lambda: _raise(ProviderTimeout("scripted", "slow"))
    kit.run_due()
    (order,) = kit.list_settlements(invoice.checkout_id)
    assert order.status is SettlementStatus.UNKNOWN
    del script.on["settle_invoice"]
    clock.advance(30)
    kit.run_due()
    (found,) = kit.list_settlements(invoice.checkout_id)
    assert found.status is SettlementStatus.DONE
    assert found.key == order.key


def test_a_refusal_is_final_and_shown(kit: CheckoutKit, script: Script) -> None:
    invoice = _paid_invoice(kit, script)
    script.on["settle_invoice"] = lambda: _raise(ProviderRefused("scripted", "no"))
    kit.run_due()
    (order,) = kit.list_settlements(invoice.checkout_id)
    assert order.status is SettlementStatus.FAILED
    assert order.problem is not None
    assert "no" in order.problem


def test_credentials_that_are_put_right_settle_what_was_refused_for_them(
    kit: CheckoutKit, script: Script, clock: FakeClock
) -> None:
    invoice = _paid_invoice(kit, script)
    script.on["settle_invoice"] = lambda: _raise(ProviderAuthError("scripted", "who?"))
    kit.run_due()
    (order,) = kit.list_settlements(invoice.checkout_id)
    assert order.status is SettlementStatus.UNKNOWN
    del script.on["settle_invoice"]
    clock.advance(30)
    kit.run_due()
    (done,) = kit.list_settlements(invoice.checkout_id)
    assert (done.status, done.key) == (SettlementStatus.DONE, order.key)


def test_a_reversal_stops_what_was_not_sent(kit: CheckoutKit, script: Script) -> None:
    invoice = _paid_invoice(kit, script)
    script.payments[invoice.id] = [
        PaymentObservation("d1", invoice.amount, PaymentStatus.REVERSED)
    ]
    kit.check_checkout(invoice.checkout_id)
    kit.run_due()
    (order,) = kit.list_settlements(invoice.checkout_id)
    assert order.status is SettlementStatus.STOPPED
    assert "settle_invoice" not in script.calls


def test_growth_makes_a_second_order_of_the_difference(
    kit: CheckoutKit, script: Script
) -> None:
    invoice = _paid_invoice(kit, script)
    kit.run_due()
    script.payments[invoice.id] = [
        PaymentObservation("d1", invoice.amount, PaymentStatus.CONFIRMED),
        PaymentObservation("d2", Money("0.00005", BTC), PaymentStatus.CONFIRMED),
    ]
    kit.check_checkout(invoice.checkout_id)
    kit.run_due()
    orders = kit.list_settlements(invoice.checkout_id)
    assert [order.amount.to_text() for order in orders] == ["10", "2.5"]
    assert [order.key for order in orders] == [
        f"settle:{invoice.id}:1",
        f"settle:{invoice.id}:2",
    ]


def test_nothing_is_settled_before_it_is_paid(kit: CheckoutKit, script: Script) -> None:
    made = kit.create_checkout(ten_dollars())
    invoice = kit.commit_checkout(made.id, "scripted:BTC")
    script.payments[invoice.id] = [
        PaymentObservation("d1", Money("0.0001", BTC), PaymentStatus.CONFIRMED)
    ]
    kit.check_checkout(made.id)
    kit.run_due()
    assert kit.list_settlements(made.id) == []


@pytest.mark.parametrize("settled_by", ["settling", {"taking": "settling"}])
def test_a_second_plugin_may_settle(
    migrated_database_url: str, clock: FakeClock, settled_by: object
) -> None:
    taking, settling = Script("taking"), Script("settling")
    kit, app = scripted_kit(
        migrated_database_url,
        clock,
        taking,
        settling,
        config={"CHECKOUT_KIT_SETTLEMENT": settled_by},
    )
    with app.app_context():
        order = _settled(kit, taking)
    assert order.plugin == "settling"
    assert settling.calls.count("settle_invoice") == 1
    assert settling.made == []
    assert "settle_invoice" not in taking.calls
    app.extensions["checkout_kit"].database.dispose()


def _settled(kit: CheckoutKit, taking: Script) -> SettlementOrder:
    """Sell something, have it paid in full, and settle it."""
    made = kit.create_checkout(ten_dollars())
    invoice = kit.commit_checkout(made.id, "taking:BTC")
    taking.payments[invoice.id] = [
        PaymentObservation("d1", invoice.amount, PaymentStatus.CONFIRMED)
    ]
    kit.check_checkout(made.id)
    kit.run_due()
    (order,) = kit.list_settlements(made.id)
    return order


def test_who_is_not_named_settles_for_itself(
    migrated_database_url: str, clock: FakeClock
) -> None:
    taking, settling = Script("taking"), Script("settling")
    config = {"CHECKOUT_KIT_SETTLEMENT": {"settling": "taking"}}
    kit, app = scripted_kit(
        migrated_database_url, clock, taking, settling, config=config
    )
    with app.app_context():
        order = _settled(kit, taking)
    assert order.plugin == "taking"
    assert "settle_invoice" not in settling.calls
    app.extensions["checkout_kit"].database.dispose()
