"""The providers that the demo offers, each with the keys of its own simulator."""

from __future__ import annotations

from collections.abc import Mapping


def simulated_providers(simulators_url: str) -> dict[str, Mapping[str, object]]:
    """Settings of every plugin, by its name; the simulator of each is below its name.

    One entry here is all that it takes to add a provider to the demo.
    """
    root = simulators_url
    return {
        "coinqvest": {
            "api_key": "SIMULATORKEY",
            "api_secret": "SimulatorSecretOf29Characters",
            "base_url": f"{root}/coinqvest/api/v1",
            "control_url": f"{root}/coinqvest/control",
            "test_mode": True,
        },
        "quoine_pay": {
            "user_id": "1",
            "user_secret": "SimulatorUserSecret",
            "base_url": f"{root}/quoine_pay/api/v1",
            "control_url": f"{root}/quoine_pay/control",
            "test_mode": True,
        },
        "rain": {
            "email": "merchant@example.com",
            "password": "Simulator2$",
            "base_url": f"{root}/rain/api/1",
            "control_url": f"{root}/rain/control",
            "test_mode": True,
        },
    }
