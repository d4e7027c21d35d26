"""A kit on each kind of database, with one scripted provider."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from checkout_kit import CheckoutKit
from checkout_kit.testing.clock import FakeClock
from tests.fakes.scripted import Script, scripted_kit


@pytest.fixture
def script() -> Script:
    """What the provider does."""
    return Script()


@pytest.fixture
def kit(
    migrated_database_url: str, clock: FakeClock, script: Script
) -> Iterator[CheckoutKit]:
    """A kit whose only provider follows the script."""
    kit, app = scripted_kit(migrated_database_url, clock, script)
    with app.app_context():
        yield kit
    app.extensions["checkout_kit"].database.dispose()
