"""The demo's settings are those of the simulators that it starts."""

from __future__ import annotations

from checkout_kit_cryptocoin_pro.simulator import (
    SIMULATOR_BANK_ID,
    SIMULATOR_PLATFORM_ID,
    SIMULATOR_PLATFORM_PRIVATE_KEY,
    SIMULATOR_WALLETS,
)
from example_shop.providers import simulated_providers, simulators


def test_the_platforms_key_is_the_simulators() -> None:
    settings = simulated_providers("http://127.0.0.1:5001")["cryptocoin_pro"]
    assert settings["private_key"] == SIMULATOR_PLATFORM_PRIVATE_KEY
    assert settings["platform_id"] == SIMULATOR_PLATFORM_ID
    assert settings["bank_id"] == SIMULATOR_BANK_ID
    assert settings["redirect_wallets"] == {"ETH": SIMULATOR_WALLETS["ETH"]}


def test_each_simulator_is_below_its_name() -> None:
    root = "http://127.0.0.1:5001"
    for name, settings in simulated_providers(root).items():
        assert str(settings["base_url"]).startswith(f"{root}/{name}/")
    assert set(simulated_providers(root)) < set(simulators())
