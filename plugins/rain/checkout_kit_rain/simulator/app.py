"""The Flask app of the simulator: API, control API, control page, error answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Flask, Response, jsonify

from checkout_kit.simulation import create_app, create_pages, render_control

from .api import api
from .control import account_list, control, transaction_list
from .errors import SimulatorError
from .trades import trades
from .wiring import Simulator, simulator, simulator_of

SIMULATOR_EMAIL = "merchant@example.com"
# Public on purpose: it guards nothing.
SIMULATOR_PASSWORD = "Simulator2$"  # noqa: S105

_SHOWN = 30

__all__ = [
    "SIMULATOR_EMAIL",
    "SIMULATOR_PASSWORD",
    "Simulator",
    "create_simulator",
    "simulator_of",
]

pages = create_pages()


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
    app = create_app(__name__, parts, api, trades, control, pages)
    app.register_error_handler(SimulatorError, _answer_simulator_error)
    return app


@pages.get("/")
def show_control() -> str:
    """Show the newest accounts and transactions, with what can happen to them."""
    return render_control(
        "control.html",
        price=simulator().books.prices[-1],
        accounts=[a for a in account_list() if a["deleted"] is None][:_SHOWN],
        transactions=transaction_list()[:_SHOWN],
    )


def _answer_simulator_error(error: SimulatorError) -> tuple[Response, int]:
    return jsonify(code=error.code, message=error.message), error.status
