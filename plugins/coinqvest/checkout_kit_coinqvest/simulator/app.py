"""The Flask app of the simulator: wiring, error answers, limits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Flask, Response, current_app, jsonify, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import HTTPException

from . import api_account, api_catalogue, control_account
from .api import api
from .auth import Credentials
from .control import control
from .errors import SimulatorError
from .faults import FaultLayer
from .pages import pages
from .wiring import Simulator, attach, simulator_of

SIMULATOR_API_KEY = "SIMULATORKEY"
# Public on purpose: it guards nothing. As long as a real one, which has 29.
SIMULATOR_API_SECRET = "SimulatorSecretOf29Characters"  # noqa: S105

_BODY_LIMIT = 64 * 1024
# Imported for the views that they add to the two blueprints.
_MODULES_OF_VIEWS = (api_account, api_catalogue, control_account)

__all__ = [
    "SIMULATOR_API_KEY",
    "SIMULATOR_API_SECRET",
    "Simulator",
    "create_simulator",
    "simulator_of",
]


class _UnsortedJSONProvider(DefaultJSONProvider):
    """JSON in the order of the document's examples."""

    sort_keys = False


class _SimulatorApp(Flask):
    json_provider_class = _UnsortedJSONProvider


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
    app = _SimulatorApp(__name__)
    app.config["MAX_CONTENT_LENGTH"] = _BODY_LIMIT
    app.config["SIMULATOR_WEBHOOK_THREAD"] = True
    app.config["SIMULATOR_REMOTE_CONTROL"] = False
    attach(app, parts)
    app.register_blueprint(api)
    app.register_blueprint(control)
    app.register_blueprint(pages)
    app.register_error_handler(SimulatorError, _answer_simulator_error)
    app.register_error_handler(HTTPException, _answer_http_error)
    app.before_request(_start_webhooks_when_served)
    app.wsgi_app = FaultLayer(app.wsgi_app, parts.faults)  # type: ignore[method-assign]
    return app


def _start_webhooks_when_served() -> None:
    """Start the webhook thread with the first request that a real server brings.

    Only servers set SERVER_SOFTWARE; Flask's test client doesn't, so tests have no
    thread unless they ask for one.
    """
    if "SERVER_SOFTWARE" not in request.environ:
        return
    if current_app.config["SIMULATOR_WEBHOOK_THREAD"]:
        simulator_of(current_app).webhooks.start_when_served()


def _answer_simulator_error(error: SimulatorError) -> tuple[Response, int]:
    return jsonify(errors=error.reasons), error.status


def _answer_http_error(error: HTTPException) -> tuple[Response, int]:
    return jsonify(errors=[error.description or error.name]), error.code or 500
