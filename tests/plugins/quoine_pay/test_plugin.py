"""The plugin's health, its test mode, and its name in errors."""

from __future__ import annotations

import pytest

from checkout_kit import NotSupported, ProviderError
from checkout_kit.testing import FakeClock
from checkout_kit_quoine_pay import QuoinePayPlugin
from tests.fakes.json_api import FakeApi
from tests.plugins.quoine_pay.fake_api import make_settings
from tests.plugins.quoine_pay.shop_side import make_plugin, open_invoice


def test_the_health_check_says_what_an_operator_needs(
    api: FakeApi, plugin: QuoinePayPlugin
) -> None:
    said = plugin.check_health()
    assert "prices in USD" in said
    assert "approved" in said
    assert "another address" in said
    assert "Demo" not in said


def test_only_the_simulator_pays_by_itself(
    api: FakeApi, clock: FakeClock, plugin: QuoinePayPlugin
) -> None:
    invoice = open_invoice(api, plugin, clock)
    with pytest.raises(NotSupported):
        plugin.simulate_payment(invoice, "exact")


def test_errors_name_the_plugin(api: FakeApi, clock: FakeClock) -> None:
    plugin = make_plugin(make_settings(api.url), clock)
    api.put("GET /profile", (500, {}))
    with pytest.raises(ProviderError, match="quoine_pay"):
        plugin.check_health()
