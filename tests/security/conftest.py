"""Fixtures: shops under attack, with a scripted provider or with COINQVEST's side."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from checkout_kit.testing.clock import FakeClock
from tests.fakes.scripted import Script
from tests.plugins.coinqvest.fake_api import quiet_server
from tests.security.provider_side import API_KEY, API_SECRET, ProviderSide
from tests.security.shop import Shop, make_shop


@pytest.fixture
def sqlite_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database with the kit's tables."""
    template: Path = request.getfixturevalue("_sqlite_template")
    shutil.copy(template, tmp_path / "shop.db")
    return f"sqlite:///{tmp_path / 'shop.db'}"


@pytest.fixture
def script() -> Script:
    """What the scripted provider does."""
    return Script()


@pytest.fixture
def shop(sqlite_url: str, clock: FakeClock, script: Script) -> Iterator[Shop]:
    """A shop with a scripted provider, outside of any request."""
    shop = make_shop(sqlite_url, clock, script)
    with shop.app.app_context():
        yield shop
    shop.close()


@pytest.fixture
def provider(clock: FakeClock) -> ProviderSide:
    """COINQVEST's side."""
    return ProviderSide(clock)


@pytest.fixture
def coinqvest(
    sqlite_url: str, clock: FakeClock, provider: ProviderSide
) -> Iterator[Shop]:
    """A shop that is paid through COINQVEST's real plugin."""
    with quiet_server(provider) as root:
        settings = {
            "api_key": API_KEY,
            "api_secret": API_SECRET,
            "base_url": f"{root}/api/v1",
            "test_mode": True,
            "read_timeout": 2.0,
            "total_timeout": 2.0,
        }
        plugins = {"coinqvest": settings}
        shop = make_shop(sqlite_url, clock, CHECKOUT_KIT_PLUGINS=plugins)
        with shop.app.app_context():
            yield shop
        shop.close()
