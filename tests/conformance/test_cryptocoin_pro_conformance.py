"""CryptoCoin.pro passes every scenario, by address and by redirect."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from checkout_kit import CheckoutState, MethodUnavailable
from checkout_kit.testing import ProviderConformance, ProviderUnderTest
from checkout_kit.testing.scene import Scene
from tests.conformance.cryptocoin_pro_bench import CryptocoinProBench

pytest_plugins = ["checkout_kit.testing"]
# Each scenario makes a kit and a server of its own: left out of a plain `pytest`.
pytestmark = pytest.mark.slow


@pytest.fixture
def bench() -> Iterator[CryptocoinProBench]:
    """A simulator of its own for each scenario."""
    bench = CryptocoinProBench()
    yield bench
    bench.close()


@pytest.fixture
def page_bench() -> Iterator[CryptocoinProBench]:
    """The same, where buyers pay on the provider's page."""
    bench = CryptocoinProBench(redirects=True)
    yield bench
    bench.close()


class TestCryptocoinPro(ProviderConformance):
    """Coins on addresses, sold to fiat."""

    @pytest.fixture
    def provider(self, bench: CryptocoinProBench) -> ProviderUnderTest:
        """The way by address."""
        return bench.under_test()


class TestCryptocoinProRedirect(ProviderConformance):
    """Cards and banks on the provider's page."""

    @pytest.fixture
    def provider(self, page_bench: CryptocoinProBench) -> ProviderUnderTest:
        """The way by redirect."""
        return page_bench.under_test()


@pytest.mark.parametrize(
    ("switches", "scenario"),
    [
        ({"seen_deposits": "PAYMENT_WAITING"}, "reversed_before_confirmation"),
        ({"small_numbers": "exponent"}, "exact"),
        ({"order_numbers": "texts"}, "settlement_once"),
        ({"pages": "perPage"}, "exact_in_two_parts"),
        ({"pages": "per_page"}, "settlement_once"),
        ({"order": "oldest"}, "exact_in_two_parts"),
        ({"no_limit": "empty"}, "exact"),
        ({"reason_key": "error"}, "settlement_once"),
        ({"completes_sales": False}, "exact"),
    ],
)
def test_the_documents_other_readings_pass_too(
    bench: CryptocoinProBench, tmp_path: Path, switches: dict[str, Any], scenario: str
) -> None:
    """What the document leaves open changes nothing for the merchant."""
    bench.change(**switches)
    scene = Scene(bench.under_test(), tmp_path)
    try:
        getattr(ProviderConformance(), f"test_{scenario}")(scene)
    finally:
        scene.close()


def test_an_address_that_repeats_serves_one_invoice_only(
    bench: CryptocoinProBench, tmp_path: Path
) -> None:
    """Of two invoices with one address nobody could tell whose a payment is."""
    bench.change(addresses="always")
    scene = Scene(bench.under_test(), tmp_path)
    first, second = scene.open_invoice(), scene.open_checkout()
    with pytest.raises(MethodUnavailable):
        scene.commit(second.id)
    (refused,) = scene.read(second.id).invoices
    assert refused.instructions is None
    bench.pay(first)
    assert scene.look(first.checkout_id).state is CheckoutState.COMPLETED
    assert scene.look(second.id).state is CheckoutState.NEW_CHARGE
    scene.close()


def test_a_bank_transfer_is_proven_on_the_page(
    page_bench: CryptocoinProBench, tmp_path: Path
) -> None:
    """From the page's form to the buyer's order at the provider, and back."""
    scene = Scene(page_bench.under_test(), tmp_path)
    checkout = scene.open_checkout()
    invoice = scene.commit(checkout.id, "cryptocoin_pro:ETH/bank")
    path = f"/checkouts/{page_bench.open_page(invoice)}/pay"
    paid = page_bench.control("POST", path, {"outcome": "proof"})
    scene.look(checkout.id)
    page, url = scene.app.test_client(), f"/checkout/{checkout.token}"
    assert "Send proof" in page.get(url).text
    sent = {"proof": (BytesIO(b"%PDF-1.7 the bank says so"), "bank.pdf")}
    assert page.post(f"{url}/proof", data=sent).location.endswith("proof-sent")
    found = scene.look(checkout.id)
    assert found.state is CheckoutState.IN_PROGRESS
    assert "Send proof" not in page.get(url).text
    page_bench.confirm(paid["order"]["id"])
    assert scene.look(checkout.id).state is CheckoutState.COMPLETED
    scene.close()


def test_bought_coins_are_reported_as_settled(
    page_bench: CryptocoinProBench, tmp_path: Path
) -> None:
    """They are on the merchant's wallet: nothing is sold, nothing moves."""
    scene = Scene(page_bench.under_test(), tmp_path)
    invoice = scene.open_invoice()
    page_bench.pay(invoice)
    for _ in range(3):
        scene.look(invoice.checkout_id)
    (order,) = scene.kit.list_settlements(invoice.checkout_id)
    assert order.result is not None
    assert order.result.amount.currency == invoice.amount.currency
    assert order.result.amount <= invoice.amount
    scene.close()
