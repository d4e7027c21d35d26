"""A simulated CryptoCoin.pro that speaks the API document over real HTTP.

Written from the API document alone, never from the plugin's client, so that the two
test each other. No blockchain, card or bank is involved: its addresses are valid but
nobody holds their keys.
"""

from __future__ import annotations

from .app import create_simulator
from .keys import SIMULATOR_PLATFORM_PRIVATE_KEY, SIMULATOR_PLATFORM_PUBLIC_KEY
from .opening import (
    SIMULATOR_BANK_ID,
    SIMULATOR_CARD_ID,
    SIMULATOR_EMAIL,
    SIMULATOR_NEIGHBOUR_EMAIL,
    SIMULATOR_NEIGHBOUR_ID,
    SIMULATOR_PASSWORD,
    SIMULATOR_PLATFORM_ID,
    SIMULATOR_USER_ID,
    SIMULATOR_WALLETS,
)
from .wiring import Simulator, simulator_of

__all__ = [
    "SIMULATOR_BANK_ID",
    "SIMULATOR_CARD_ID",
    "SIMULATOR_EMAIL",
    "SIMULATOR_NEIGHBOUR_EMAIL",
    "SIMULATOR_NEIGHBOUR_ID",
    "SIMULATOR_PASSWORD",
    "SIMULATOR_PLATFORM_ID",
    "SIMULATOR_PLATFORM_PRIVATE_KEY",
    "SIMULATOR_PLATFORM_PUBLIC_KEY",
    "SIMULATOR_USER_ID",
    "SIMULATOR_WALLETS",
    "Simulator",
    "create_simulator",
    "simulator_of",
]
