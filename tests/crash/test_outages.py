"""Outages, wrong clocks and yesterday's answers: late, but never wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from checkout_kit import Checkout, CheckoutState, Invoice, InvoiceStatus
from checkout_kit.testing import Fault
from checkout_kit.testing.scene import Scene
from tests.conformance.coinqvest_bench import CoinqvestBench

pytestmark = pytest.mark.slow

HOUR = 3600
#: The longest pause between two attempts, with its jitter of a tenth.
LONGEST_PAUSE = 15 * 60 * 1.1
#: Between two passes of the worker, in these tests.
_STEP = 60


class OutageScene(Scene):
    """A shop at COINQVEST's simulator, whose worker never rests."""

    bench: CoinqvestBench

    def work_for(self, seconds: int) -> None:
        """Let time pass with a worker that looks for due work all the time."""
        for passed in range(0, seconds, _STEP):
            self.work(min(_STEP, seconds - passed))

    def work_until_paid(self, checkout_id: str, seconds: float) -> int:
        """Work until a checkout is paid; gives how long that took."""
        for passed in range(0, int(seconds) + _STEP, _STEP):
            if self.read(checkout_id).is_paid:
                return passed
            self.work(_STEP)
        raise AssertionError(f"not paid within {seconds} s")

    def fail(self, mode: str | None) -> None:
        """Let every answer go wrong in one way, or none any more."""
        if mode is None:
            self.bench.fail(Fault.SERVER_ERROR, 0)
        else:
            self.bench.control("POST", "/faults", {"mode": mode, "times": 1_000_000})

    def move_provider_clock(self, seconds: int) -> None:
        """Put the provider's clock forward or back, and not ours."""
        self.bench.control("POST", "/time", {"advance": seconds})

    def check_paid_once(self, checkout_id: str) -> None:
        """Everything that follows from a payment has happened, once."""
        for type in ("checkout.paid", "payment.detected", "invoice.settled"):
            assert len(self.events(checkout_id, type)) == 1, type
        assert self.events(checkout_id, "checkout.reversed") == []
        assert self.bench.count_invoices() == 1
        assert self.bench.count_settlements(self.newest_invoice(checkout_id)) == 1


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[OutageScene]:
    """A shop, and its provider."""
    bench = CoinqvestBench()
    # One attempt each, so that no test waits for real pauses between them.
    made = OutageScene(bench.under_test(), tmp_path)
    yield made
    made.close()
    bench.close()


def _label_changes(scene: Scene, checkout_id: str) -> list[str]:
    events = scene.events(checkout_id, "checkout.updated")
    return [event.data["state"] for event in events]


@pytest.mark.parametrize("mode", ["500", "429", "malformed", "drop", "html"])
def test_an_outage_of_an_hour_only_delays(scene: OutageScene, mode: str) -> None:
    invoice = scene.open_invoice()
    scene.work_for(5 * 60)
    scene.fail(mode)
    scene.work_for(10 * 60)
    scene.bench.pay(invoice)
    scene.work_for(HOUR - 10 * 60)
    # Nothing is claimed to be known of a provider that says nothing.
    during = scene.read(invoice.checkout_id)
    assert during.state in (CheckoutState.NEW_CHARGE, CheckoutState.EXPIRED)
    assert during.status.detected_credit == 0
    scene.fail(None)
    lag = scene.work_until_paid(invoice.checkout_id, LONGEST_PAUSE + _STEP)
    assert lag <= LONGEST_PAUSE + _STEP
    # It was paid in time, whenever we heard of it.
    assert scene.read(invoice.checkout_id).state is CheckoutState.COMPLETED
    scene.work_for(HOUR)
    scene.check_paid_once(invoice.checkout_id)


def test_a_settlement_survives_an_outage_of_an_hour(scene: OutageScene) -> None:
    invoice = scene.open_invoice()
    scene.bench.pay(invoice)
    # Seen by the check; the settlement's own question fails.
    scene.bench.advance(_STEP)
    scene.kit.check_checkout(invoice.checkout_id)
    scene.fail("500")
    scene.work_for(HOUR)
    assert scene.read(invoice.checkout_id).state is CheckoutState.COMPLETED
    assert scene.events(invoice.checkout_id, "invoice.settled") == []
    scene.fail(None)
    scene.work_for(int(LONGEST_PAUSE) + 2 * _STEP)
    scene.check_paid_once(invoice.checkout_id)


def test_an_invoice_whose_making_fails_is_made_once(scene: OutageScene) -> None:
    """The provider answers nothing for a quarter of an hour, though it acts."""
    checkout = scene.open_checkout()
    method = scene.pick_method(checkout.id)
    scene.fail("drop")
    made = scene.kit.commit_checkout(checkout.id, method)
    assert made.status is InvoiceStatus.INTENDED
    scene.work_for(15 * 60)
    assert scene.newest_invoice(checkout.id).status is InvoiceStatus.INTENDED
    scene.fail(None)
    scene.work_for(int(LONGEST_PAUSE) + _STEP)
    invoice = scene.newest_invoice(checkout.id)
    assert invoice.id == made.id
    assert invoice.status is InvoiceStatus.OPEN
    scene.bench.pay(invoice)
    scene.work_for(HOUR)
    scene.check_paid_once(checkout.id)


@pytest.mark.parametrize("difference", [600, -600])
def test_a_wrong_clock_from_the_beginning_changes_no_state(
    scene: OutageScene, difference: int
) -> None:
    scene.move_provider_clock(difference)
    invoice = scene.open_invoice()
    _pay_after(scene, invoice, 30 * 60)
    assert scene.read(invoice.checkout_id).state is CheckoutState.COMPLETED
    scene.check_paid_once(invoice.checkout_id)


@pytest.mark.parametrize("difference", [600, -600])
def test_a_clock_that_jumps_changes_no_state(
    scene: OutageScene, difference: int
) -> None:
    """As where the provider's clock, or our own, is set right one day."""
    invoice = scene.open_invoice()
    scene.work_for(5 * 60)
    scene.move_provider_clock(difference)
    _pay_after(scene, invoice, 10 * 60)
    assert scene.read(invoice.checkout_id).state is CheckoutState.COMPLETED
    scene.move_provider_clock(-difference)
    scene.work_for(HOUR)
    assert scene.read(invoice.checkout_id).state is CheckoutState.COMPLETED
    scene.check_paid_once(invoice.checkout_id)


@pytest.mark.parametrize("difference", [600, -600])
def test_the_last_minutes_count_by_the_clock_that_set_the_limit(
    scene: OutageScene, difference: int
) -> None:
    """Limit and payment both have the provider's time, so its error cancels out."""
    scene.move_provider_clock(difference)
    invoice = scene.open_invoice()
    ours = invoice.expires_at - scene.bench.clock.now()
    left = int(ours.total_seconds()) - difference
    _pay_after(scene, invoice, left - 120)
    assert scene.read(invoice.checkout_id).state is CheckoutState.COMPLETED


def _pay_after(scene: OutageScene, invoice: Invoice, seconds: int) -> None:
    scene.work_for(seconds)
    scene.bench.pay(invoice)
    scene.work_for(10 * 60)


def test_yesterdays_answers_never_unpay(scene: OutageScene) -> None:
    invoice = scene.open_invoice()
    _pay_after(scene, invoice, 60)
    assert scene.read(invoice.checkout_id).state is CheckoutState.COMPLETED
    before = _label_changes(scene, invoice.checkout_id)
    scene.fail("stale")
    scene.work_for(2 * HOUR)
    assert _standing(scene.read(invoice.checkout_id)) == ("COMPLETED", True, 50)
    scene.fail(None)
    scene.work_for(2 * HOUR)
    assert _standing(scene.read(invoice.checkout_id)) == ("COMPLETED", True, 50)
    assert _label_changes(scene, invoice.checkout_id) == before
    scene.check_paid_once(invoice.checkout_id)


def test_old_and_new_answers_by_turns_credit_once(scene: OutageScene) -> None:
    """Some of the provider's servers lag behind: each look may be older again."""
    invoice = scene.open_invoice()
    half = scene.part_of(invoice, 50)
    scene.bench.pay(invoice, half)
    seen: list[Any] = []
    for number in range(20):
        scene.fail("stale" if number % 2 else None)
        if number == 10:
            scene.bench.pay(invoice, invoice.amount - half)
        scene.look(invoice.checkout_id)
        seen.append(scene.read(invoice.checkout_id).status.confirmed_credit)
    scene.fail(None)
    scene.look(invoice.checkout_id)
    # What is confirmed stays: the credit never falls.
    assert seen == sorted(seen)
    assert _standing(scene.read(invoice.checkout_id)) == ("COMPLETED", True, 50)
    assert len(scene.events(invoice.checkout_id, "checkout.paid")) == 1
    assert scene.events(invoice.checkout_id, "checkout.reversed") == []


def _standing(checkout: Checkout) -> tuple[str, bool, Any]:
    return (
        checkout.state.value,
        checkout.is_paid,
        checkout.status.confirmed_credit,
    )
