"""The Flask app of the simulator: its views, and how it answers errors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Flask, Response, jsonify

from checkout_kit.simulation import create_app

from .api import api
from .control import control
from .errors import SimulatorError
from .pages import pages
from .wiring import Simulator

SIMULATOR_USER_ID = "1"
# Public on purpose: it guards nothing.
SIMULATOR_USER_SECRET = "SimulatorUserSecret"  # noqa: S105


def create_simulator(
    *,
    user_id: str = SIMULATOR_USER_ID,
    user_secret: str = SIMULATOR_USER_SECRET,
    clock: Callable[[], datetime] | None = None,
) -> Flask:
    """Create a simulated Quoine Pay: API, control API and control page.

    :param clock: the source of real time, an aware datetime; the system's by default.
    """
    parts = Simulator((user_id, user_secret), clock)
    app = create_app(__name__, parts, api, control, pages)
    app.register_error_handler(SimulatorError, _answer_simulator_error)
    parts.callbacks.background.start_when_served(app)
    return app


def _answer_simulator_error(error: SimulatorError) -> tuple[Response, int]:
    return jsonify(error.to_json()), error.status
