"""The demo's settings are those of the simulators that it starts."""

from __future__ import annotations

from flask import Flask

from checkout_kit import ProviderContext
from checkout_kit.simulation import gather
from checkout_kit.testing import FakeClock, LoopbackServer
from checkout_kit_cryptocoin_pro.simulator import SIMULATOR_WALLETS
from checkout_kit_quoine_exchange import QuoineExchangePlugin
from checkout_kit_quoine_exchange.config import QuoineExchangeSettingsSchema
from checkout_kit_quoine_exchange.simulator import create_simulator, simulator_of
from example_shop.providers import SETTLEMENT, simulated_providers, simulators


def test_bought_coins_go_to_the_simulated_merchants_own_wallet() -> None:
    settings = simulated_providers("http://127.0.0.1:5001")["cryptocoin_pro"]
    assert settings["redirect_wallets"] == {"ETH": SIMULATOR_WALLETS["ETH"]}


def test_each_simulator_is_below_its_name() -> None:
    root = "http://127.0.0.1:5001"
    for name, settings in simulated_providers(root).items():
        assert str(settings["base_url"]).startswith(f"{root}/{name}/")
    assert set(simulated_providers(root)) == set(simulators())


def test_who_settles_for_others_is_one_of_the_providers() -> None:
    providers = simulated_providers("http://127.0.0.1:5001")
    assert {*SETTLEMENT, *SETTLEMENT.values()} < set(providers)


def test_rates_are_told_at_the_simulators_shared_address() -> None:
    """Pusher's clients take no path, so its own lies at the address's root."""
    clock = FakeClock()
    exchange = create_simulator(clock=clock.now)
    app = gather({"quoine_exchange": exchange, "other": Flask("other")})
    with LoopbackServer(app) as server:
        settings = simulated_providers(server.url)["quoine_exchange"]
        plugin = QuoineExchangePlugin(
            QuoineExchangeSettingsSchema().load(settings),
            ProviderContext("quoine_exchange", "https://shop.example", clock),
        )
        try:
            rates = plugin.fetch_rates()
            wallets = plugin.list_wallets()
        finally:
            plugin.close()
            simulator_of(exchange).hub.disconnect_all()
    assert {rate.pair for rate in rates or ()} <= {"BTC/USD", "BTC/EUR"}
    assert rates
    assert "USD" in {wallet.currency.code for wallet in wallets}
