"""Conformance: every scenario that a provider plugin has to pass, as one test class."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from checkout_kit.testing.amount_scenarios import AmountScenarios
from checkout_kit.testing.answer_scenarios import AnswerScenarios
from checkout_kit.testing.bench import ProviderUnderTest
from checkout_kit.testing.course_scenarios import CourseScenarios
from checkout_kit.testing.fault_scenarios import FaultScenarios
from checkout_kit.testing.market_scenarios import MarketScenarios
from checkout_kit.testing.recovery_scenarios import RecoveryScenarios
from checkout_kit.testing.scene import Scene
from checkout_kit.testing.webhook_scenarios import WebhookScenarios


class ProviderConformance(
    AmountScenarios,
    CourseScenarios,
    WebhookScenarios,
    FaultScenarios,
    RecoveryScenarios,
    AnswerScenarios,
    MarketScenarios,
):
    """Proves that a provider plugin keeps the hook contract.

    Derive a class named ``Test…`` from it and give it one fixture, ``provider``, that
    returns a :class:`ProviderUnderTest` with a fresh bench for each test.
    """

    @pytest.fixture
    def scene(self, provider: ProviderUnderTest, tmp_path: Path) -> Iterator[Scene]:
        """A shop of its own for each scenario."""
        scene = Scene(provider, tmp_path)
        yield scene
        scene.close()
