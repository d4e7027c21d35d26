"""Fixtures: an API on loopback with a plugin before it, and the simulator."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from checkout_kit_coinqvest import CoinqvestPlugin
from checkout_kit_coinqvest.simulator import create_simulator
from tests.plugins.coinqvest.fake_api import FakeApi, Ticker, read_text, running_api
from tests.plugins.coinqvest.shop_side import make_plugin
from tests.plugins.coinqvest.simulator_caller import NOW
from tests.plugins.coinqvest.withdrawal_side import state


@pytest.fixture
def api() -> Iterator[FakeApi]:
    """An API that makes the document's example checkout and its withdrawal."""
    with running_api() as fake:
        fake.put("POST /checkout", read_text("create_checkout"))
        fake.put("POST /withdrawal", read_text("create_withdrawal"))
        fake.put("POST /withdrawal/commit", read_text("commit_withdrawal"))
        fake.put("GET /withdrawal", state("PROCESSING"))
        yield fake


@pytest.fixture
def clock() -> Ticker:
    """A clock that the test moves."""
    return Ticker()


@pytest.fixture
def plugin(api: FakeApi, clock: Ticker) -> Iterator[CoinqvestPlugin]:
    """A plugin that talks to the API on loopback."""
    made = make_plugin(api, clock)
    yield made
    made.close()


@pytest.fixture
def client() -> FlaskClient:
    """A caller of a simulator whose time is NOW."""
    return create_simulator(clock=lambda: NOW).test_client()
