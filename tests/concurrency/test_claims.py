"""Claims and leases: taken over when they run out, and harmless if they are late."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest
from sqlalchemy import text

from checkout_kit import (
    CheckoutKit,
    CheckoutState,
    Invoice,
    PaymentObservation,
    PaymentStatus,
    SettlementOrder,
    SettlementStatus,
)
from checkout_kit.domain.invoice import InvoiceStatus
from checkout_kit.services.settling import Settling
from checkout_kit.testing.clock import FakeClock
from checkout_kit.wiring import Services
from tests.fakes.scripted import NOT_YET, Script, scripted_kit, ten_dollars

pytestmark = pytest.mark.slow


@pytest.fixture
def script() -> Script:
    """What the provider does, for both processes."""
    return Script()


@pytest.fixture
def kits(
    migrated_database_url: str, clock: FakeClock, script: Script
) -> Iterator[tuple[CheckoutKit, CheckoutKit]]:
    """Two kits with engines of their own on one database, as in two processes."""
    made = [scripted_kit(migrated_database_url, clock, script) for _ in range(2)]
    yield made[0][0], made[1][0]
    for _, app in made:
        app.extensions["checkout_kit"].database.dispose()


def _services(kit: CheckoutKit) -> Services:
    return kit._of_app()


def _paid_invoice(kit: CheckoutKit, script: Script) -> Invoice:
    invoice = kit.commit_checkout(kit.create_checkout(ten_dollars()).id, "scripted:BTC")
    script.payments[invoice.id] = [
        PaymentObservation("d1", invoice.amount, PaymentStatus.CONFIRMED)
    ]
    return invoice


def _let_claims_run_out(kit: CheckoutKit) -> None:
    with _services(kit).database.transaction(write=True) as connection:
        for table in ("invoice", "settlement"):
            statement = f"UPDATE checkout_kit_{table} SET claim_until = 0"  # noqa: S608
            connection.execute(text(statement))
        connection.commit()


def _hold(kit: CheckoutKit, token: str, seconds: int = 1) -> bool:
    with _services(kit).basis.units.write() as unit:
        held = unit.health.hold_lease("provider", token, seconds=seconds)
        unit.commit()
    return held


def test_a_lease_is_taken_over_when_it_runs_out(
    kits: tuple[CheckoutKit, CheckoutKit],
) -> None:
    one, other = kits
    assert _hold(one, "one")
    assert _hold(one, "one")
    assert not _hold(other, "other")
    time.sleep(1.2)
    assert _hold(other, "other", seconds=60)
    assert not _hold(one, "one")


def test_a_lease_is_first_taken_by_many_at_once(
    kits: tuple[CheckoutKit, CheckoutKit],
) -> None:
    """Nobody fails on the row that another one has just written."""
    results: list[Any] = []
    gate = threading.Barrier(8)

    def take(number: int) -> None:
        gate.wait(30)
        try:
            results.append(_hold(kits[number % 2], str(number), seconds=60))
        except Exception as err:
            results.append(err)

    threads = [threading.Thread(target=take, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(map(str, results)) == ["False"] * 7 + ["True"]


def test_a_stale_claim_is_taken_over(
    kits: tuple[CheckoutKit, CheckoutKit], script: Script, clock: FakeClock
) -> None:
    one, other = kits
    invoice = _paid_invoice(one, script)
    clock.advance(60)
    with _services(one).basis.units.write() as unit:
        (claimed,) = unit.invoices.claim_due(
            clock.now(), status=InvoiceStatus.OPEN, limit=10, seconds=1
        )
        unit.commit()
    # The first process has died with its claim, which holds for its time ...
    assert other.run_due().invoices_checked == 0
    time.sleep(1.2)
    # ... and no longer.
    assert other.run_due().invoices_checked == 1
    assert claimed.id == invoice.id
    assert other.get_checkout(invoice.checkout_id).state is CheckoutState.COMPLETED


def test_who_comes_late_with_an_old_look_changes_nothing(
    kits: tuple[CheckoutKit, CheckoutKit], script: Script, clock: FakeClock
) -> None:
    """A process hangs in a check; another one takes it over and sees the payment."""
    one, other = kits
    invoice = _paid_invoice(one, script)
    paid, script.payments[invoice.id] = script.payments[invoice.id], []
    is_asked, may_answer = threading.Event(), threading.Event()

    def hang() -> None:
        del script.on["detect_payments"]
        is_asked.set()
        may_answer.wait(30)

    script.on["detect_payments"] = hang
    clock.advance(60)
    hanging = threading.Thread(target=one.run_due)
    hanging.start()
    assert is_asked.wait(30)
    _let_claims_run_out(other)
    script.payments[invoice.id] = paid
    other.run_due()
    # The first one's provider answers at last, with what it knew then: nothing.
    script.payments[invoice.id] = []
    may_answer.set()
    hanging.join(30)
    checkout = other.get_checkout(invoice.checkout_id)
    assert checkout.state is CheckoutState.COMPLETED
    assert [e.type for e in other.list_events(checkout.id)].count("checkout.paid") == 1


def _settled(kit: CheckoutKit, invoice: Invoice) -> tuple[SettlementOrder, int]:
    (order,) = kit.list_settlements(invoice.checkout_id)
    types = [event.type for event in kit.list_events(invoice.checkout_id)]
    return order, types.count("invoice.settled")


@pytest.mark.parametrize("late_answer", [None, NOT_YET])
def test_a_late_settlement_does_not_undo_the_one_that_took_over(
    kits: tuple[CheckoutKit, CheckoutKit],
    script: Script,
    clock: FakeClock,
    late_answer: object,
) -> None:
    one, other = kits
    invoice = _paid_invoice(one, script)
    is_asked, may_answer = threading.Event(), threading.Event()

    def hang() -> object:
        del script.on["settle_invoice"]
        is_asked.set()
        may_answer.wait(30)
        return late_answer

    script.on["settle_invoice"] = hang
    clock.advance(60)
    hanging = threading.Thread(target=one.run_due)
    hanging.start()
    assert is_asked.wait(30)
    _let_claims_run_out(other)
    other.run_due()
    assert _settled(other, invoice)[0].status is SettlementStatus.DONE
    may_answer.set()
    hanging.join(30)
    for _ in range(2):
        clock.advance(600)
        other.run_due()
    order, times = _settled(other, invoice)
    assert order.status is SettlementStatus.DONE
    assert times == 1


def test_a_settlement_that_is_done_at_the_deadline_stays_done(
    kits: tuple[CheckoutKit, CheckoutKit], script: Script, clock: FakeClock
) -> None:
    """The waiter leaves just before the answer is recorded, and notes that after."""
    kit, _ = kits
    invoice = _paid_invoice(kit, script)
    may_answer = threading.Event()
    script.on["settle_invoice"] = lambda: may_answer.wait(30) and None
    original = Settling._save

    def late(self: Settling, *arguments: Any, **options: Any) -> None:
        may_answer.set()
        for _ in range(300):
            if _settled(kit, invoice)[0].status is SettlementStatus.DONE:
                break
            time.sleep(0.02)
        original(self, *arguments, **options)

    clock.advance(60)
    settling = _services(kit).work.settling
    with (
        mock.patch.object(Settling, "_save", late),
        mock.patch.object(settling, "_policy", _impatient(settling._policy)),
    ):
        kit.run_due()
    for _ in range(2):
        clock.advance(600)
        kit.run_due()
    order, times = _settled(kit, invoice)
    assert order.status is SettlementStatus.DONE
    assert times == 1


def _impatient(policy: Any) -> Any:
    from dataclasses import replace

    return replace(policy, worker_deadline=0.2)
