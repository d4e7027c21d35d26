"""What simulators of providers share: app, clock, switches, faults, control API, page.

For those who write a plugin. A simulator speaks its provider's API and is written from
the provider's document; everything around the API is here.
"""

from __future__ import annotations

from checkout_kit.simulation.api_auth import ApiAuthGate, target_as_sent
from checkout_kit.simulation.app import create_app
from checkout_kit.simulation.background import Background
from checkout_kit.simulation.bodies import (
    answer,
    read_body,
    read_decimal,
    read_flag,
    read_number,
    read_text,
)
from checkout_kit.simulation.clock import SimulatorClock
from checkout_kit.simulation.control import create_control
from checkout_kit.simulation.dialect import Dialect, Refusal
from checkout_kit.simulation.faults import Fault, FaultPlan, is_stale
from checkout_kit.simulation.gathering import gather
from checkout_kit.simulation.guard import check_caller
from checkout_kit.simulation.pages import create_pages, render_control
from checkout_kit.simulation.parts import SimulatorParts, parts_of
from checkout_kit.simulation.posting import post_webhook
from checkout_kit.simulation.prices import DOLLARS, price_of
from checkout_kit.simulation.switches import Switches

__all__ = [
    "DOLLARS",
    "ApiAuthGate",
    "Background",
    "Dialect",
    "Fault",
    "FaultPlan",
    "Refusal",
    "SimulatorClock",
    "SimulatorParts",
    "Switches",
    "answer",
    "check_caller",
    "create_app",
    "create_control",
    "create_pages",
    "gather",
    "is_stale",
    "parts_of",
    "post_webhook",
    "price_of",
    "read_body",
    "read_decimal",
    "read_flag",
    "read_number",
    "read_text",
    "render_control",
    "target_as_sent",
]
