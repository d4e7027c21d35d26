"""The fakes pass every scenario: a provider in both its ways of reporting, a safe."""

from __future__ import annotations

import pytest

from checkout_kit.testing import (
    ProviderConformance,
    ProviderUnderTest,
    SettlerConformance,
)
from tests.conformance.safe_bench import SafeBench
from tests.fakes.bench import FakeBench
from tests.fakes.provider import FakeProvider

pytest_plugins = ["checkout_kit.testing"]
# Each scenario makes a kit and a server of its own: left out of a plain `pytest`.
pytestmark = pytest.mark.slow


def _under_test(name: str, bench: FakeBench) -> ProviderUnderTest:
    settings = {"ledger": bench.ledger}
    return ProviderUnderTest(name, bench, settings, plugin=FakeProvider)


class TestFake(ProviderConformance):
    """Each deposit is a payment of its own."""

    @pytest.fixture
    def provider(self) -> ProviderUnderTest:
        """The fake provider."""
        return _under_test("fake", FakeBench())


class TestFakeWithRunningBalance(ProviderConformance):
    """All deposits of an invoice are one payment that grows."""

    @pytest.fixture
    def provider(self) -> ProviderUnderTest:
        """The fake provider, reporting balances."""
        return _under_test("fake_balance", FakeBench(running_balance=True))


class TestSafe(SettlerConformance):
    """Nothing is paid through it, and nothing settled: it only pays out."""

    @pytest.fixture
    def provider(self) -> ProviderUnderTest:
        """The safe."""
        return SafeBench().under_test()
