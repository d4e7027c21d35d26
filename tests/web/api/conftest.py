"""Fixtures: an app with a kit, and merchants who call its API."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from checkout_kit.testing.clock import FakeClock
from tests.fakes.scripted import Script, scripted_kit
from tests.web.api.merchant import Merchant

MerchantMaker = Callable[..., Merchant]


@pytest.fixture
def script() -> Script:
    """What the provider does."""
    return Script()


@pytest.fixture
def config() -> dict[str, Any]:
    """Further configuration; override it in a module or by parameters."""
    return {}


@pytest.fixture
def api_database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of the database; modules whose tests write run on each kind of it."""
    template: Path = request.getfixturevalue("_sqlite_template")
    shutil.copy(template, tmp_path / "kit.db")
    return f"sqlite:///{tmp_path / 'kit.db'}"


@pytest.fixture
def app(
    api_database: str, clock: FakeClock, script: Script, config: dict[str, Any]
) -> Iterator[Flask]:
    """An app whose kit has a provider that follows the script."""
    _, app = scripted_kit(api_database, clock, script, config=config)
    yield app
    app.extensions["checkout_kit"].database.dispose()


@pytest.fixture
def make_merchant(app: Flask, clock: FakeClock) -> MerchantMaker:
    """Makes merchants, each with a key of its own."""

    def make(store: str = "default", **options: Any) -> Merchant:
        keys = app.extensions["checkout_kit"].api_keys
        made = keys.create(clock.now(), store_id=store, **options)
        return Merchant(app, clock, made)

    return make


@pytest.fixture
def merchant(make_merchant: MerchantMaker) -> Merchant:
    """The merchant of the default store."""
    return make_merchant()
