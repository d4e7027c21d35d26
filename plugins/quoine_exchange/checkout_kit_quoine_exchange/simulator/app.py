"""The Flask app of the simulator: its views, its WebSocket and its own error."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Flask, Response, jsonify

from checkout_kit.simulation import create_app

from .api import api
from .control import control
from .errors import Unprocessable
from .pages import pages
from .wiring import Simulator, simulator

SIMULATOR_VENDOR_ID = "1"
# Public on purpose: they guard nothing.
SIMULATOR_VENDOR_SECRET = "SimulatorVendorSecret"  # noqa: S105
SIMULATOR_PUSHER_KEY = "SimulatorPusherKey"


def create_simulator(
    *,
    clock: Callable[[], datetime] | None = None,
    tick_seconds: float | None = None,
) -> Flask:
    """Create a simulated Quoine Exchange: API, Pusher, control API and control page.

    :param clock: the source of real time, an aware datetime; the system's by default.
    :param tick_seconds: how often subscribers hear the prices again; None for only when
        they change.
    """
    vendor = (SIMULATOR_VENDOR_ID, SIMULATOR_VENDOR_SECRET)
    parts = Simulator(vendor, SIMULATOR_PUSHER_KEY, clock, tick_seconds)
    app = create_app(__name__, parts, api, control, pages, _create_pusher())
    app.register_error_handler(Unprocessable, _answer_unprocessable)
    # Pusher's clients are told a host and a port, and no path.
    app.config["SIMULATOR_ROOT_PATHS"] = ("app",)
    return app


def _create_pusher() -> Blueprint:
    """Make the blueprint of Pusher's own address."""
    pusher = Blueprint("pusher", __name__)

    @pusher.route("/app/<key>", websocket=True)
    def connect(key: str) -> Response:
        return simulator().hub.serve(key)

    return pusher


def _answer_unprocessable(error: Unprocessable) -> tuple[Response, int]:
    return jsonify(error.to_json()), 422
