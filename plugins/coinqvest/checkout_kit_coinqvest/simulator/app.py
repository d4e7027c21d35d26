"""The Flask app of the simulator: its views, and how it answers errors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Flask, Response, jsonify

from checkout_kit.simulation import create_app

from . import api_account, api_catalogue, control_account
from .api import api
from .auth import Credentials
from .control import control
from .dialect import to_error
from .errors import SimulatorError
from .pages import pages
from .wiring import Simulator, simulator_of

SIMULATOR_API_KEY = "SIMULATORKEY"
# Public on purpose: it guards nothing. As long as a real one, which has 29.
SIMULATOR_API_SECRET = "SimulatorSecretOf29Characters"  # noqa: S105

# Imported for the views that they add to the two blueprints.
_MODULES_OF_VIEWS = (api_account, api_catalogue, control_account)

__all__ = [
    "SIMULATOR_API_KEY",
    "SIMULATOR_API_SECRET",
    "Simulator",
    "create_simulator",
    "simulator_of",
]


def create_simulator(
    *,
    api_key: str = SIMULATOR_API_KEY,
    api_secret: str = SIMULATOR_API_SECRET,
    clock: Callable[[], datetime] | None = None,
    base_url: str | None = None,
) -> Flask:
    """Create a simulated COINQVEST: API, control API, hosted and control page.

    :param clock: the source of real time, an aware datetime; the system's by default.
    :param base_url: where hosted checkout links lead; the request's host by default.
    """
    parts = Simulator(Credentials(api_key, api_secret), clock=clock, base_url=base_url)
    app = create_app(__name__, parts, api, control, pages)
    app.register_error_handler(SimulatorError, _answer_simulator_error)
    parts.webhooks.background.start_when_served(app)
    return app


def _answer_simulator_error(error: SimulatorError) -> tuple[Response, int]:
    return jsonify(to_error(error.status, *error.reasons)), error.status
