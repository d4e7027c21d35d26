"""The Flask app of the simulator: wiring, error answers, limits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Flask, Response, current_app, jsonify, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import HTTPException

from .api import api
from .auth import Credentials
from .control import control
from .errors import SimulatorError
from .faults import FaultLayer
from .pages import pages
from .wiring import Simulator, attach, simulator_of

SIMULATOR_USER_ID = "1"
# Public on purpose: it guards nothing.
SIMULATOR_USER_SECRET = "SimulatorUserSecret"  # noqa: S105

_BODY_LIMIT = 64 * 1024


class _UnsortedJSONProvider(DefaultJSONProvider):
    """JSON in the order of the document's examples."""

    sort_keys = False


class _SimulatorApp(Flask):
    json_provider_class = _UnsortedJSONProvider


def create_simulator(
    *,
    user_id: str = SIMULATOR_USER_ID,
    user_secret: str = SIMULATOR_USER_SECRET,
    clock: Callable[[], datetime] | None = None,
) -> Flask:
    """Create a simulated Quoine Pay: API, control API and control page.

    :param clock: the source of real time, an aware datetime; the system's by default.
    """
    parts = Simulator(Credentials(user_id, user_secret), clock)
    app = _SimulatorApp(__name__)
    app.config["MAX_CONTENT_LENGTH"] = _BODY_LIMIT
    app.config["SIMULATOR_CALLBACK_THREAD"] = True
    app.config["SIMULATOR_REMOTE_CONTROL"] = False
    attach(app, parts)
    app.register_blueprint(api)
    app.register_blueprint(control)
    app.register_blueprint(pages)
    app.register_error_handler(SimulatorError, _answer_simulator_error)
    app.register_error_handler(HTTPException, _answer_http_error)
    app.before_request(_start_callbacks_when_served)
    app.wsgi_app = FaultLayer(app.wsgi_app, parts.faults)  # type: ignore[method-assign]
    return app


def _start_callbacks_when_served() -> None:
    """Start the callback thread with the first request that a real server brings.

    Only servers set SERVER_SOFTWARE; Flask's test client doesn't.
    """
    is_wanted = current_app.config["SIMULATOR_CALLBACK_THREAD"]
    if is_wanted and "SERVER_SOFTWARE" in request.environ:
        simulator_of(current_app).callbacks.start()


def _answer_simulator_error(error: SimulatorError) -> tuple[Response, int]:
    return jsonify(error.to_json()), error.status


def _answer_http_error(error: HTTPException) -> tuple[Response, int]:
    message = error.description or error.name
    return jsonify(status="fail", message=message), error.code or 500
