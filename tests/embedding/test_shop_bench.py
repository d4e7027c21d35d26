"""The bench for shops' own tests, as its document shows it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from checkout_kit import (
    Charge,
    Checkout,
    CheckoutKit,
    ConfigurationError,
    LineItem,
)
from checkout_kit.testing import FakeClock, HandlerFailed, ShopBench
from tests.support.source import ROOT

_BLOCKS = re.compile(r"^```python\n(.*?)^```", re.M | re.S)


def _blocks(document: str) -> list[str]:
    return _BLOCKS.findall((ROOT / "docs" / document).read_text(encoding="utf-8"))


def _run_pytest(folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_the_documents_tests_pass_in_a_project_of_their_own(tmp_path: Path) -> None:
    plugins, fixture, purchases = _blocks("testing_your_shop.md")
    (shop,) = (b for b in _blocks("embedding.md") if "def place_order" in b)
    (tmp_path / "shop.py").write_text(shop)
    (tmp_path / "conftest.py").write_text(plugins + fixture)
    (tmp_path / "test_shop.py").write_text(purchases)
    (tmp_path / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n")
    assert "3 passed" in _run_pytest(tmp_path, "-q")


@pytest.mark.slow
def test_pytest_loads_nothing_of_the_kit_unless_it_is_asked_to(tmp_path: Path) -> None:
    (tmp_path / "test_else.py").write_text(
        "import sys\n"
        "def test_else():\n"
        "    assert not [m for m in sys.modules if m.startswith('checkout_kit')]\n"
    )
    assert "1 passed" in _run_pytest(tmp_path, "-q", "-W", "error")


@pytest.fixture(params=["coinqvest", "cryptocoin_pro", "quoine_pay", "rain"])
def checkout_provider(request: pytest.FixtureRequest) -> str:
    """Each plugin that has a simulator for tests."""
    name: str = request.param
    return name


@pytest.fixture
def kit(checkout_bench: ShopBench) -> Iterator[CheckoutKit]:
    """A shop on the bench that has no session of its own."""
    app = Flask("on_the_bench")
    app.config.update(checkout_bench.config)
    kit = CheckoutKit(app)
    checkout_bench.use(app)
    with app.app_context():
        yield kit


def _sell(kit: CheckoutKit) -> Checkout:
    return kit.create_checkout(Charge("USD", [LineItem("Umbrella", "50.00")]))


def test_every_simulator_is_paid_in_one_line(
    kit: CheckoutKit, checkout_bench: ShopBench
) -> None:
    heard: list[str] = []
    kit.on("checkout.paid")(lambda event, session: heard.append(event.checkout_id))
    made = _sell(kit)
    assert checkout_bench.pay(made).is_paid
    assert heard == [made.id]
    assert checkout_bench.handled(made) == ["checkout.paid"]


@pytest.mark.parametrize("checkout_provider", ["coinqvest"])
def test_a_handler_that_raises_fails_the_test(
    kit: CheckoutKit, checkout_bench: ShopBench
) -> None:
    runs: list[str] = []

    @kit.on("checkout.paid")
    def send_parcel(event: object, session: object) -> None:
        runs.append("run")
        if len(runs) == 1:
            raise ValueError("no parcels today")

    made = _sell(kit)
    with pytest.raises(HandlerFailed, match="no parcels today") as caught:
        checkout_bench.pay(made)
    assert caught.value.event_type == "checkout.paid"
    assert "send_parcel" in caught.value.handler
    # It is tried again, as in a shop that runs.
    checkout_bench.advance(3600)
    assert checkout_bench.handled(made) == ["checkout.paid"]


@pytest.mark.parametrize("checkout_provider", ["coinqvest"])
def test_the_method_can_be_chosen(kit: CheckoutKit, checkout_bench: ShopBench) -> None:
    paid = checkout_bench.pay(_sell(kit), "more", method="XLM")
    assert paid.invoice is not None
    assert paid.invoice.method.currency.code == "XLM"
    assert paid.state.value == "UNRESOLVED_OVERPAID"
    with pytest.raises(LookupError, match="DOGE"):
        checkout_bench.pay(_sell(kit), method="DOGE")


def test_a_bench_needs_a_plugin_with_a_simulator(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match="nobody"):
        ShopBench(tmp_path, "nobody")


def test_a_shop_that_is_not_under_test_takes_no_clock() -> None:
    app = Flask("real")
    app.config.update(
        SECRET_KEY="x",
        CHECKOUT_KIT_CLOCK=FakeClock(),
        CHECKOUT_KIT_PUBLIC_URL="https://shop.example",
    )
    with pytest.raises(ConfigurationError, match="CHECKOUT_KIT_CLOCK"):
        CheckoutKit(app)
