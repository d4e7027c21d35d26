"""Conformance: what plugins have to pass, one test class for each kind of plugin."""

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
from checkout_kit.testing.settlement_scenarios import SettlementScenarios
from checkout_kit.testing.treasury_scenarios import TreasuryScenarios
from checkout_kit.testing.webhook_scenarios import WebhookScenarios


class Conformance(SettlementScenarios, TreasuryScenarios):
    """What every plugin is tried by, whoever takes the payments in.

    The classes below say what kind of plugin theirs is. Derive a class named ``Test…``
    from one of them and give it one fixture, ``provider``, that returns a
    :class:`ProviderUnderTest` with a fresh bench for each test.
    """

    @pytest.fixture
    def scene(self, provider: ProviderUnderTest, tmp_path: Path) -> Iterator[Scene]:
        """A shop of its own for each scenario."""
        scene = Scene(provider, tmp_path)
        yield scene
        scene.close()


class ProviderConformance(
    AmountScenarios,
    CourseScenarios,
    WebhookScenarios,
    FaultScenarios,
    RecoveryScenarios,
    AnswerScenarios,
    MarketScenarios,
    Conformance,
):
    """Proves that a plugin through which buyers pay keeps the hook contract."""


class SettlerConformance(Conformance):
    """Proves it of a plugin that settles what others take in.

    Its bench has ``takes_payments = False``: the kit's own till takes payments in.
    """
