"""A simulated Quoine Exchange that speaks the API document over real HTTP and Pusher.

Written from the API document and Pusher's protocol alone, never from the plugin's
client, so that the two test each other.
"""

from __future__ import annotations

from .app import (
    SIMULATOR_PUSHER_KEY,
    SIMULATOR_VENDOR_ID,
    SIMULATOR_VENDOR_SECRET,
    create_simulator,
)
from .wiring import Simulator, simulator_of

__all__ = [
    "SIMULATOR_PUSHER_KEY",
    "SIMULATOR_VENDOR_ID",
    "SIMULATOR_VENDOR_SECRET",
    "Simulator",
    "create_simulator",
    "simulator_of",
]
