"""Fixtures: an API on loopback and a plugin before it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import pytest

from checkout_kit_cryptocoin_pro import CryptocoinProPlugin, setting_fields, tokens
from tests.plugins.cryptocoin_pro.fake_api import FakeApi, FakeClock, running_api
from tests.plugins.cryptocoin_pro.shop_side import make_plugin, put_prices


@pytest.fixture(scope="session", autouse=True)
def quick_keys() -> Iterator[None]:
    """Have each key checked once: that takes a tenth of a second."""
    load = lru_cache(tokens.load_private_key)
    with pytest.MonkeyPatch.context() as patch:
        for module in (tokens, setting_fields):
            patch.setattr(module, "load_private_key", load)
        yield


@pytest.fixture(scope="session")
def served_api() -> Iterator[FakeApi]:
    """One server for all: what is in it is each test's own."""
    with running_api() as api:
        yield api


@pytest.fixture
def api(served_api: FakeApi) -> FakeApi:
    """The API, as if nobody had called it."""
    served_api.forget()
    return served_api


@pytest.fixture
def clock() -> FakeClock:
    """A clock that the test moves."""
    return FakeClock()


@pytest.fixture
def plugin(api: FakeApi, clock: FakeClock) -> Iterator[CryptocoinProPlugin]:
    """A plugin whose account may do everything."""
    made = make_plugin(api, clock)
    put_prices(api)
    yield made
    made.close()
