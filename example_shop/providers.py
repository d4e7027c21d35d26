"""The providers that the demo offers, each with the keys of its own simulator."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

# Public on purpose: it guards nothing but play money.
_PLATFORM_KEY = Path(__file__).parent / "cryptocoin_pro.pem"

#: Provider → who settles for it: the others settle for themselves.
SETTLEMENT = {"cryptocoin_pro": "quoine_exchange"}


def simulators() -> list[str]:
    """The plugins whose simulators run beside the shop."""
    return list(simulated_providers("http://127.0.0.1"))


def simulated_providers(simulators_url: str) -> dict[str, Mapping[str, object]]:
    """Settings of every plugin, by its name; the simulator of each is below its name.

    One entry here is all that it takes to add a provider to the demo.
    """
    root, address = simulators_url, urlsplit(simulators_url)
    return {
        "coinqvest": {
            "api_key": "SIMULATORKEY",
            "api_secret": "SimulatorSecretOf29Characters",
            "base_url": f"{root}/coinqvest/api/v1",
            "control_url": f"{root}/coinqvest/control",
            "test_mode": True,
        },
        "cryptocoin_pro": {
            "base_url": f"{root}/cryptocoin_pro/api/v1",
            "checkout_url": f"{root}/cryptocoin_pro/checkout",
            "control_url": f"{root}/cryptocoin_pro/control",
            "email": "merchant@example.com",
            # The demo asks its buyers for no e-mail address.
            "guest_email": "guest-{checkout}@example.com",
            "platform_id": "5f374d03-be0d-4dd2-b6ef-112a2bec5963",
            "private_key": _PLATFORM_KEY.read_text(),
            "bank_id": "aa7a66a2-fbb5-422e-bc52-7912fa2c96f9",
            "redirect_wallets": {"ETH": "0xeaa33bd3a80b3b232c82c7ba10f4aff7c1306be5"},
            "test_mode": True,
        },
        # Takes no payments: it settles for another one, pays out, and tells rates.
        "quoine_exchange": {
            "vendor_id": "1",
            "vendor_secret": "SimulatorVendorSecret",
            "base_url": f"{root}/quoine_exchange/vendor",
            "user_id": 1200,
            "pusher_key": "SimulatorPusherKey",
            "pusher_host": address.hostname,
            "pusher_port": address.port or 80,
            "pusher_secure": False,
            "pairs": {"BTC/USD": 1, "BTC/EUR": 3},
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
