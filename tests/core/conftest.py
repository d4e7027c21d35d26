"""Fixtures: a provider that does what a script says, and a kit with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from checkout_kit import CheckoutKit
from checkout_kit.testing import FakeClock
from tests.core.talking_provider import talking_plugin
from tests.fakes.scripted import Script, kit_of


@pytest.fixture
def script() -> Script:
    """What the provider does."""
    return Script("good")


@pytest.fixture
def kit(tmp_path: Any, clock: FakeClock, script: Script) -> Iterator[CheckoutKit]:
    """A kit with a provider that simulates, tells its health and holds money."""
    talking = talking_plugin(script, clock)
    kit, app = kit_of(f"sqlite:///{tmp_path / 'kit.db'}", clock, {"good": talking})
    with app.app_context():
        yield kit
        kit.close()
