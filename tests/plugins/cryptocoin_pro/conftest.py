"""Fixtures: an API on loopback, client and plugin before it, simulated users."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import pytest

from checkout_kit_cryptocoin_pro import CryptocoinProPlugin, setting_fields, tokens
from checkout_kit_cryptocoin_pro.client import CryptocoinProClient
from checkout_kit_cryptocoin_pro.simulator import (
    SIMULATOR_NEIGHBOUR_EMAIL,
    SIMULATOR_NEIGHBOUR_ID,
)
from tests.plugins.cryptocoin_pro.fake_api import (
    FakeApi,
    FakeClock,
    running_api,
    settings_for,
)
from tests.plugins.cryptocoin_pro.shop_side import make_plugin, put_prices
from tests.plugins.cryptocoin_pro.simulator_caller import Caller, make_caller


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


@pytest.fixture
def client(api: FakeApi, clock: FakeClock) -> Iterator[CryptocoinProClient]:
    """A client that logs in by the platform."""
    client = CryptocoinProClient(settings_for(api.url), clock)
    yield client
    client.close()


@pytest.fixture
def merchant() -> Caller:
    """The merchant of a simulator that knows of nothing yet."""
    return make_caller()


@pytest.fixture
def neighbour(merchant: Caller) -> Caller:
    """Another user of the same simulator."""
    email = SIMULATOR_NEIGHBOUR_EMAIL
    return Caller(merchant.http, merchant.ticker, email, SIMULATOR_NEIGHBOUR_ID)


@pytest.fixture
def seller(merchant: Caller) -> Caller:
    """The merchant with ten ether."""
    merchant.control("/balances", {"symbol": "ETH", "amount": "10"})
    return merchant
