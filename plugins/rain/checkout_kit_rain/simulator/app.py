"""The Flask app of the simulator: wiring, error answers, limits, the control page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Flask, Response, jsonify, render_template
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from .api import api
from .clock import to_text
from .control import account_list, check_caller, control, transaction_list
from .errors import SimulatorError
from .faults import MODES, FaultLayer
from .trades import trades
from .wiring import Simulator, attach, simulator, simulator_of

SIMULATOR_EMAIL = "merchant@example.com"
# Public on purpose: it guards nothing.
SIMULATOR_PASSWORD = "Simulator2$"  # noqa: S105

_BODY_LIMIT = 64 * 1024
_SHOWN = 30
_POLICY = (
    "default-src 'none'; style-src 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)

__all__ = [
    "SIMULATOR_EMAIL",
    "SIMULATOR_PASSWORD",
    "Simulator",
    "create_simulator",
    "simulator_of",
]

pages = Blueprint("rain_pages", __name__)


class _UnsortedJSONProvider(DefaultJSONProvider):
    """JSON in the order of the document's examples."""

    sort_keys = False


class _SimulatorApp(Flask):
    json_provider_class = _UnsortedJSONProvider


def create_simulator(
    *,
    email: str = SIMULATOR_EMAIL,
    password: str = SIMULATOR_PASSWORD,
    clock: Callable[[], datetime] | None = None,
) -> Flask:
    """Create a simulated Rain: API, control API and control page.

    :param clock: the source of real time, an aware datetime; the system's by default.
    """
    parts = Simulator(email, password, clock)
    app = _SimulatorApp(__name__)
    app.config["MAX_CONTENT_LENGTH"] = _BODY_LIMIT
    app.config["SIMULATOR_REMOTE_CONTROL"] = False
    attach(app, parts)
    for blueprint in (api, trades, control, pages):
        app.register_blueprint(blueprint)
    app.register_error_handler(SimulatorError, _answer_simulator_error)
    app.register_error_handler(HTTPException, _answer_http_error)
    app.wsgi_app = FaultLayer(app.wsgi_app, parts.faults)  # type: ignore[method-assign]
    return app


@pages.get("/")
def show_control() -> str:
    """Show the newest accounts and transactions, with what can happen to them."""
    check_caller()
    parts = simulator()
    return render_template(
        "control.html",
        now=to_text(parts.clock.now()),
        price=parts.books.prices[-1],
        accounts=[a for a in account_list() if a["deleted"] is None][:_SHOWN],
        transactions=transaction_list()[:_SHOWN],
        settings=parts.settings.to_json(),
        faults=parts.faults.to_json(),
        modes=MODES,
    )


@pages.after_request
def add_headers(response: AnyResponse) -> AnyResponse:
    """Keep the page fresh and free of foreign content."""
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["Cache-Control"] = "no-store"
    return response


def _answer_simulator_error(error: SimulatorError) -> tuple[Response, int]:
    return jsonify(code=error.code, message=error.message), error.status


def _answer_http_error(error: HTTPException) -> tuple[Response, int]:
    status = error.code or 500
    return jsonify(code=3000 + status, message=error.name), status
