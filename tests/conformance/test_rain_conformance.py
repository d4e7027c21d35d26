"""Rain passes every scenario, as its document allows it to be read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from checkout_kit.testing import ProviderConformance, ProviderUnderTest
from checkout_kit.testing.scene import Scene
from tests.conformance.rain_bench import RainBench

pytest_plugins = ["checkout_kit.testing"]
# Each scenario makes a kit and a server of its own: left out of a plain `pytest`.
pytestmark = pytest.mark.slow


@pytest.fixture
def bench() -> Iterator[RainBench]:
    """A simulator of its own for each scenario."""
    bench = RainBench()
    yield bench
    bench.close()


class TestRain(ProviderConformance):
    """The plugin against its simulator, over real HTTP."""

    @pytest.fixture
    def provider(self, bench: RainBench) -> ProviderUnderTest:
        """Rain as shops use it by default."""
        return bench.under_test()


@pytest.mark.parametrize(
    ("settings", "switches", "scenario"),
    [
        ({"invoice_by": "address"}, {}, "exact_in_two_parts"),
        ({"invoice_by": "address"}, {}, "reversed_before_confirmation"),
        ({"invoice_by": "address"}, {}, "settlement_crashed_then_found"),
        ({"fee_paid_by": "merchant"}, {}, "settlement_once"),
        ({"withdraw": True}, {}, "settlement_once"),
        ({"withdraw": True}, {}, "settlement_unknown_then_found"),
        ({}, {"sale_moves": "complete"}, "settlement_once"),
        ({}, {"sale_moves": "complete"}, "settlement_crashed_then_found"),
        ({}, {"sale_total": "fair"}, "settlement_once"),
        ({"sale_fields": "tutorial"}, {}, "settlement_once"),
    ],
)
def test_the_documents_other_readings_pass_too(
    bench: RainBench,
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


def test_the_merchant_ends_whole_after_the_sale(
    bench: RainBench, tmp_path: Path
) -> None:
    """The buyer bears the fee: the sale leaves at least what was charged."""
    scene = Scene(bench.under_test(), tmp_path)
    invoice = scene.open_invoice()
    bench.pay(invoice)
    for _ in range(5):
        scene.look(invoice.checkout_id)
    (order,) = scene.kit.list_settlements(invoice.checkout_id)
    assert order.result is not None
    assert order.result.amount >= invoice.covers
    dollars = bench.account_named("USD Account")["balance"]["amount"]
    assert dollars == f"{order.result.amount.amount:f}"
    scene.close()


def test_money_that_comes_after_the_sale_is_found_and_sold_too(
    bench: RainBench, tmp_path: Path
) -> None:
    """A sold account's balance is low; what came in counts all the same."""
    scene = Scene(bench.under_test(), tmp_path)
    invoice = scene.open_invoice()
    bench.pay(invoice)
    for _ in range(5):
        scene.look(invoice.checkout_id)
    second = scene.part_of(invoice, 30)
    bench.pay(invoice, second)
    for _ in range(8):
        checkout = scene.look(invoice.checkout_id)
    assert not scene.events(checkout.id, "checkout.reversed")
    (payment,) = checkout.invoices[0].payments
    assert payment.amount == invoice.amount + second
    first, more = scene.kit.list_settlements(invoice.checkout_id)
    assert first.result is not None
    assert more.result is not None
    assert first.result.details["sold"] == invoice.amount.to_text()
    assert more.result.details["sold"] == second.to_text()
    assert bench.count_settlements(invoice) == 2
    scene.close()


def test_an_old_price_is_not_quoted(bench: RainBench, tmp_path: Path) -> None:
    """Rain's price has the time that it was set at (setting ``max_price_age``)."""
    provider = replace(bench.under_test(max_price_age=600), stale_after=600)
    scene = Scene(provider, tmp_path)
    try:
        ProviderConformance().test_stale_price_is_not_quoted(scene)
    finally:
        scene.close()
