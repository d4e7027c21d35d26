"""Fixtures: an API on loopback with the example's profile, and a plugin before it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from checkout_kit.testing import FakeClock
from checkout_kit_quoine_pay import QuoinePayPlugin
from tests.fakes.json_api import FakeApi
from tests.plugins.quoine_pay.fake_api import (
    make_clock,
    make_settings,
    read_case,
    running_api,
)
from tests.plugins.quoine_pay.shop_side import make_plugin


@pytest.fixture
def api() -> Iterator[FakeApi]:
    """An API that knows the document's example account."""
    with running_api() as api:
        api.put("GET /profile", read_case("get_profile"))
        yield api


@pytest.fixture
def clock() -> FakeClock:
    """A clock that begins when the example invoice was made."""
    return make_clock()


@pytest.fixture
def plugin(api: FakeApi, clock: FakeClock) -> Iterator[QuoinePayPlugin]:
    """A plugin that talks to the API on loopback."""
    plugin = make_plugin(make_settings(api.url), clock)
    yield plugin
    plugin.close()
