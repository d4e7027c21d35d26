"""COINQVEST passes every scenario, as its document allows it to be read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from checkout_kit import CheckoutState
from checkout_kit.testing import ProviderConformance, ProviderUnderTest
from checkout_kit.testing.scene import Scene
from tests.conformance.coinqvest_bench import CoinqvestBench

pytest_plugins = ["checkout_kit.testing"]
# Each scenario makes a kit and a server of its own: left out of a plain `pytest`.
pytestmark = pytest.mark.slow


@pytest.fixture
def bench() -> Iterator[CoinqvestBench]:
    """A simulator of its own for each scenario."""
    bench = CoinqvestBench()
    yield bench
    bench.close()


class TestCoinqvest(ProviderConformance):
    """The plugin against its simulator, over real HTTP."""

    @pytest.fixture
    def provider(self, bench: CoinqvestBench) -> ProviderUnderTest:
        """COINQVEST as shops use it by default."""
        return bench.under_test()


@pytest.mark.parametrize(
    ("settings", "switches", "scenario"),
    [
        ({"auth": "basic"}, {}, "exact"),
        ({"hosted": True}, {}, "exact"),
        ({"hosted": True}, {}, "webhook_valid"),
        ({"hosted": True}, {}, "crash_between_intent_and_result"),
        ({}, {"refuse_second_commit": True}, "crash_between_intent_and_result"),
        ({}, {"refuse_second_commit": True}, "slow_answer_past_deadline"),
        ({}, {"omit_payment_state": True}, "over"),
        ({}, {"webhooks": "duplicate"}, "webhook_valid"),
        ({}, {"drift": False}, "exact_in_two_parts"),
    ],
)
def test_the_documents_other_readings_pass_too(
    bench: CoinqvestBench,
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


def test_a_path_payment_is_credited(bench: CoinqvestBench, tmp_path: Path) -> None:
    """Another Stellar asset pays an invoice in lumens by what it was credited as."""
    scene = Scene(bench.under_test(), tmp_path)
    invoice = scene.open_invoice()
    bench.pay_other_asset(invoice)
    assert scene.look(invoice.checkout_id).state is CheckoutState.COMPLETED
    scene.close()


def test_a_payment_that_is_listed_no_more_is_flagged(
    bench: CoinqvestBench, tmp_path: Path
) -> None:
    """It still counts, for nobody said that it is gone; operators see it."""
    bench.change(reversal="removed")
    scene = Scene(bench.under_test(), tmp_path)
    invoice = scene.open_invoice()
    external_id = bench.pay(invoice)
    scene.look(invoice.checkout_id)
    bench.reverse(external_id)
    checkout = scene.look(invoice.checkout_id)
    assert checkout.state is CheckoutState.COMPLETED
    (watched,) = checkout.invoices
    assert [watched.is_missing(payment) for payment in watched.payments] == [True]
    assert watched.provider_state == "UNRESOLVED_GENERIC"
    scene.close()


def test_payments_of_another_shop_are_not_ours(
    bench: CoinqvestBench, tmp_path: Path
) -> None:
    """A checkout that another shop made with the account does not concern us."""
    scene = Scene(bench.under_test(), tmp_path)
    invoice = scene.open_invoice()
    external_id = bench.pay_other_shop()
    for _ in range(3):
        bench.advance(3600)
        checkout = scene.look(invoice.checkout_id)
    assert checkout.state is CheckoutState.EXPIRED
    assert scene.count_unmatched(external_id) == 0
    scene.close()
