"""The providers that the demo offers, each with the keys of its own simulator."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import entry_points
from types import MappingProxyType

#: What the demo adds to the settings of each simulator. One entry here is all that it
#: takes to add a provider.
_PROVIDERS: Mapping[str, Mapping[str, object]] = MappingProxyType(
    {
        "coinqvest": {},
        "cryptocoin_pro": {
            # The demo asks its buyers for no e-mail address.
            "guest_email": "guest-{checkout}@example.com",
            "redirect_wallets": {"ETH": "0xeaa33bd3a80b3b232c82c7ba10f4aff7c1306be5"},
        },
        # Takes no payments: it settles for another one, pays out, and tells rates.
        "quoine_exchange": {"pairs": {"BTC/USD": 1, "BTC/EUR": 3}},
        "quoine_pay": {},
        "rain": {},
    }
)
#: Provider → who settles for it: the others settle for themselves.
SETTLEMENT = {"cryptocoin_pro": "quoine_exchange"}


def simulators() -> list[str]:
    """The plugins whose simulators run beside the shop."""
    return list(_PROVIDERS)


def simulated_providers(simulators_url: str) -> dict[str, Mapping[str, object]]:
    """Settings of every plugin, whose simulator is below its name."""
    return {
        name: {**_simulator_settings(name, f"{simulators_url}/{name}"), **more}
        for name, more in _PROVIDERS.items()
    }


def _simulator_settings(name: str, url: str) -> Mapping[str, object]:
    """Ask a plugin which settings its simulator wants."""
    (found,) = entry_points(group="checkout_kit", name=name)
    settings: Mapping[str, object] = found.load().simulator_settings(url)
    return settings
