"""Quoine Exchange passes every scenario of a plugin that settles and pays out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from checkout_kit.testing import ProviderUnderTest, SettlerConformance
from checkout_kit.testing.scene import Scene
from checkout_kit.testing.treasury_scenarios import TreasuryScenarios
from tests.conformance.quoine_exchange_bench import QuoineExchangeBench

pytest_plugins = ["checkout_kit.testing"]
# Each scenario makes a kit and a server of its own: left out of a plain `pytest`.
pytestmark = pytest.mark.slow

_WITHDRAWING = [name for name in dir(TreasuryScenarios) if name.startswith("test_")]


class TestQuoineExchange(SettlerConformance):
    """The plugin against its simulator, over real HTTP: dollars are paid out."""

    @pytest.fixture
    def provider(self, tmp_path: Path) -> Iterator[ProviderUnderTest]:
        """A simulator of its own for each scenario."""
        bench = QuoineExchangeBench(tmp_path)
        yield bench.under_test()
        bench.close()


@pytest.mark.parametrize("scenario", _WITHDRAWING)
def test_bitcoin_are_sent_as_safely(scenario: str, tmp_path: Path) -> None:
    """The API tells no balance of them, and honours no key."""
    bench = QuoineExchangeBench(tmp_path, coins=True)
    scene = Scene(bench.under_test(), tmp_path)
    try:
        getattr(SettlerConformance(), scenario)(scene)
    finally:
        scene.close()
        bench.close()
