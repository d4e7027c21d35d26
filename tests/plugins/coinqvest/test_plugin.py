"""The plugin as the registry takes it, and its test mode."""

from __future__ import annotations

import pytest

from checkout_kit.domain.provider import ProviderContext
from checkout_kit.errors import NotSupported
from checkout_kit.plugins import LoadedPlugin, PluginRegistry, load_plugins
from checkout_kit_coinqvest import CoinqvestPlugin
from tests.plugins.coinqvest.fake_api import FakeApi, Ticker
from tests.plugins.coinqvest.shop_side import WEBHOOK_URL, make_invoice


def test_the_registry_accepts_the_plugin(clock: Ticker) -> None:
    config = {"coinqvest": {"api_key": "KEY", "api_secret": "SECRET"}}
    loaded = load_plugins(
        config,
        lambda name: ProviderContext(name, WEBHOOK_URL, clock),
        [("coinqvest", CoinqvestPlugin)],
    )
    registry = PluginRegistry(loaded, clock)
    assert registry.payment_providers == ["coinqvest"]
    for hook in ("parse_webhook", "settle_invoice", "simulate_payment"):
        assert registry.supports("coinqvest", hook)
    assert isinstance(loaded[0], LoadedPlugin)


def test_only_the_simulator_pays_by_itself(
    api: FakeApi, plugin: CoinqvestPlugin, clock: Ticker
) -> None:
    invoice = make_invoice(api, plugin, clock)
    with pytest.raises(NotSupported):
        plugin.simulate_payment(invoice, "exact")
