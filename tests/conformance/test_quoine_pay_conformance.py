"""Quoine Pay passes every scenario, as its document allows it to be read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from checkout_kit import CheckoutState, InvoiceStatus
from checkout_kit.testing import ProviderConformance, ProviderUnderTest
from checkout_kit.testing.scene import Scene
from tests.conformance.quoine_pay_bench import QuoinePayBench

pytest_plugins = ["checkout_kit.testing"]
# Each scenario makes a kit and a server of its own: left out of a plain `pytest`.
pytestmark = pytest.mark.slow


@pytest.fixture
def bench() -> Iterator[QuoinePayBench]:
    """A simulator of its own for each scenario."""
    bench = QuoinePayBench()
    yield bench
    bench.close()


class TestQuoinePay(ProviderConformance):
    """The plugin against its simulator, over real HTTP."""

    @pytest.fixture
    def provider(self, bench: QuoinePayBench) -> ProviderUnderTest:
        """Quoine Pay with part payments counted at once."""
        return bench.under_test()


@pytest.mark.parametrize(
    ("settings", "switches", "scenario"),
    [
        ({"part_payment_minutes": 180}, {}, "exact"),
        ({"part_payment_minutes": 180}, {}, "over"),
        ({"part_payment_minutes": 180}, {}, "exact_in_two_parts"),
        ({"content_md5": False}, {}, "exact"),
        ({"signed_prefix": "/api"}, {"signed_prefix": "/api"}, "exact"),
        ({"signed_prefix": ""}, {"signed_prefix": ""}, "settlement_once"),
        ({}, {"spelling": "examples"}, "exact"),
        ({}, {"spelling": "examples"}, "settlement_once"),
        ({}, {"order": "newest"}, "crash_between_intent_and_result"),
        ({}, {"order": "updated"}, "expired_then_requoted"),
        ({}, {"sold_balance": "zero"}, "settlement_once"),
        ({}, {"late_payments": "accepted"}, "late_exact"),
        ({"part_payment_minutes": 180}, {"late_payments": "accepted"}, "late_exact"),
        ({}, {"callbacks": "twice"}, "webhook_valid"),
    ],
)
def test_the_documents_other_readings_pass_too(
    bench: QuoinePayBench,
    tmp_path: Path,
    settings: dict[str, Any],
    switches: dict[str, Any],
    scenario: str,
) -> None:
    """What the document leaves open changes nothing for the merchant."""
    bench.change(**switches)
    scene = Scene(bench.under_test(**settings), tmp_path)
    try:
        getattr(ProviderConformance(), f"test_{scenario}")(scene)
    finally:
        scene.close()


def test_a_part_payment_counts_once_it_has_stood_for_three_hours(
    bench: QuoinePayBench, tmp_path: Path
) -> None:
    """The API never says that it is confirmed, and would call it invalid by then."""
    scene = Scene(bench.under_test(part_payment_minutes=180), tmp_path)
    invoice = scene.open_invoice()
    bench.pay(invoice, scene.part_of(invoice, 60))
    assert scene.look(invoice.checkout_id).state is CheckoutState.IN_PROGRESS
    bench.advance(2 * 3600)
    assert scene.look(invoice.checkout_id).state is CheckoutState.IN_PROGRESS
    bench.advance(3600)
    checkout = scene.look(invoice.checkout_id)
    assert checkout.state is CheckoutState.UNRESOLVED_UNDERPAID
    scene.close()


def test_a_part_payment_that_goes_again_never_counted(
    bench: QuoinePayBench, tmp_path: Path
) -> None:
    """Nothing of it is left."""
    scene = Scene(bench.under_test(part_payment_minutes=180), tmp_path)
    invoice = scene.open_invoice()
    external_id = bench.pay(invoice, scene.part_of(invoice, 60))
    scene.look(invoice.checkout_id)
    bench.reverse(external_id)
    checkout = scene.look(invoice.checkout_id)
    assert checkout.state is CheckoutState.NEW_CHARGE
    assert checkout.amount_due == checkout.total
    scene.close()


def test_a_payment_unconfirmed_for_three_hours_is_reversed(
    bench: QuoinePayBench, tmp_path: Path
) -> None:
    """The document's "invalid"."""
    scene = Scene(bench.under_test(), tmp_path)
    invoice = scene.open_invoice()
    bench.pay(invoice, confirmed=False)
    assert scene.look(invoice.checkout_id).state is CheckoutState.IN_PROGRESS
    bench.advance(3 * 3600)
    checkout = scene.look(invoice.checkout_id)
    assert checkout.state is CheckoutState.EXPIRED
    assert checkout.invoices[0].payments[0].status.value == "REVERSED"
    scene.close()


def test_an_invoice_whose_answer_was_lost_is_found_by_its_key(
    bench: QuoinePayBench, tmp_path: Path
) -> None:
    """The POST acted, and nobody heard of it: no second one is sent."""
    scene = Scene(bench.under_test(), tmp_path)
    checkout = scene.open_checkout()
    method_id = scene.pick_method(checkout.id)
    bench.plan(mode="drop", path="/invoices", method="POST", times=1)
    promised = scene.kit.commit_checkout(checkout.id, method_id)
    assert promised.status is InvoiceStatus.INTENDED
    assert bench.count_invoices() == 1
    scene.work(60)
    invoice = scene.newest_invoice(checkout.id)
    assert invoice.status is InvoiceStatus.OPEN
    assert bench.count_invoices() == 1
    scene.close()


def test_an_invoice_that_was_never_made_is_made_after_a_pause(
    bench: QuoinePayBench, tmp_path: Path
) -> None:
    """A 500 may have acted late, so that the second POST waits a minute."""
    scene = Scene(bench.under_test(), tmp_path)
    checkout = scene.open_checkout()
    method_id = scene.pick_method(checkout.id)
    bench.plan(mode="500", path="/invoices", method="POST", times=1)
    scene.kit.commit_checkout(checkout.id, method_id)
    scene.work(30)
    assert bench.count_invoices() == 0
    scene.work(60)
    assert scene.newest_invoice(checkout.id).status is InvoiceStatus.OPEN
    assert bench.count_invoices() == 1
    scene.close()


def test_a_price_is_asked_for_once_and_then_read_off_invoices(
    bench: QuoinePayBench, tmp_path: Path
) -> None:
    """One price request serves all pages until it is too old."""
    scene = Scene(bench.under_test(), tmp_path)
    scene.open_invoice()
    scene.open_invoice()
    other = scene.other_shop()
    other.open_invoice()
    assert bench.count_price_requests() == 1
    bench.advance(3600)
    scene.open_invoice()
    assert bench.count_price_requests() == 2
    other.close()
    scene.close()


def test_without_price_requests_nothing_is_quoted_by_an_old_price(
    bench: QuoinePayBench, tmp_path: Path
) -> None:
    """No honest number, no quote."""
    scene = Scene(bench.under_test(price_requests=False), tmp_path)
    assert scene.quotes(scene.open_checkout().id) == []
    assert bench.invoices() == []
    scene.close()


def test_an_account_in_another_currency_is_not_offered(
    bench: QuoinePayBench, tmp_path: Path
) -> None:
    """Nothing is created either."""
    bench.change_profile(currency="JPY")
    scene = Scene(bench.under_test(), tmp_path)
    assert scene.quotes(scene.open_checkout().id) == []
    assert bench.invoices() == []
    scene.close()


def test_a_foreign_callback_is_left_alone(
    bench: QuoinePayBench, tmp_path: Path
) -> None:
    """The account has one for all, and another shop may need it."""
    foreign = "https://other.example.com/callback"
    bench.change_profile(callback=foreign)
    scene = Scene(bench.under_test(), tmp_path)
    invoice = scene.open_invoice()
    bench.pay(invoice)
    assert scene.look(invoice.checkout_id).state is CheckoutState.COMPLETED
    assert bench.change_profile()["callback"] == foreign
    scene.close()
