"""A simulated Quoine Pay that speaks the API document over real HTTP.

Written from the API document alone, never from the plugin's client, so that the two
test each other. No blockchain is involved: its addresses have valid checksums but
nobody holds their keys.
"""

from __future__ import annotations

from .app import SIMULATOR_USER_ID, SIMULATOR_USER_SECRET, create_simulator
from .wiring import Simulator, simulator_of

__all__ = [
    "SIMULATOR_USER_ID",
    "SIMULATOR_USER_SECRET",
    "Simulator",
    "create_simulator",
    "simulator_of",
]
