"""The simulator: the provider's API over real HTTP, with play money."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from checkout_kit.simulation import (
    Dialect,
    SimulatorClock,
    SimulatorParts,
    Switches,
    answer,
    create_app,
    create_control,
    create_pages,
    parts_of,
    read_body,
    read_text,
    render_control,
)
from flask import Blueprint, Flask, current_app, request
from werkzeug.exceptions import BadRequest, Unauthorized
from werkzeug.wrappers import Response

API_KEY = "simulated-api-key"
ACCOUNT = "GA47QWN4NHUA6A2ZMQGZUVPPBOVBJKYHZFO4XU7TR2V7BO5KNW4LJE6N"
WINDOW = timedelta(minutes=30)
DIALECT = Dialect(
    "Acme",
    "/api",
    lambda status, message: {"error": message},
)

api = Blueprint("api", __name__, url_prefix=DIALECT.prefix)
control = create_control()
pages = create_pages()


class Simulator(SimulatorParts):
    """The provider's books."""

    def __init__(self, clock: Callable[[], datetime] | None = None) -> None:
        super().__init__(DIALECT, SimulatorClock(clock), Switches())
        self.invoices: dict[str, dict[str, Any]] = {}
        self.deposits: dict[str, dict[str, Any]] = {}
        self.webhooks: list[tuple[dict[str, str], bytes]] = []
        self.lock = threading.RLock()

    def deposit(
        self, invoice: str | None, amount: str, status: str, asset: str = "XLM"
    ) -> str:
        """Let a deposit arrive, and tell the shop."""
        with self.lock:
            number = f"deposit-{len(self.deposits) + 1}"
            self.deposits[number] = {
                "id": number,
                "invoice": invoice,
                "asset": asset,
                "amount": amount,
                "status": status,
                "time": self.clock.now().isoformat(),
            }
        body = json.dumps({"invoice": invoice}).encode()
        signature = hmac.new(API_KEY.encode(), body, hashlib.sha256).hexdigest()
        self.webhooks.append(({"x-signature": signature}, body))
        return number


def create_simulator(clock: Callable[[], datetime] | None = None) -> Flask:
    """Create the simulator: API, control API and control page.

    :param clock: the source of real time; the system's by default.
    """
    return create_app(__name__, Simulator(clock), api, control, pages)


def simulator() -> Simulator:
    """The simulator of the present request."""
    return parts_of(current_app, Simulator)


@api.before_request
def check_key() -> None:
    """Refuse whoever has no API key."""
    if request.headers.get("Authorization") != f"Bearer {API_KEY}":
        raise Unauthorized("The API key is wrong.")


@api.get("/price")
def get_price() -> dict[str, Any]:
    """What one lumen is worth."""
    return {"dollars": "0.1234500"}


@api.put("/invoices/<key>")
def put_invoice(key: str) -> dict[str, Any]:
    """Make an invoice, once for each key."""
    parts = simulator()
    amount = read_text(request.get_json(), "amount")
    with parts.lock:
        number = f"invoice-{len(parts.invoices) + 1}"
        made = {
            "id": number,
            "account": ACCOUNT,
            "memo": number,
            "amount": amount,
            "expires": (parts.clock.now() + WINDOW).isoformat(),
        }
        return parts.invoices.setdefault(key, made)


@api.get("/deposits")
def list_deposits() -> dict[str, Any]:
    """All deposits."""
    parts = simulator()
    with parts.lock:
        return {"deposits": list(parts.deposits.values())}


@control.post("/deposits")
def pay() -> Response:
    """Play the buyer."""
    body = read_body()
    amount = read_text(body, "amount")
    if amount is None:
        raise BadRequest("amount: is mandatory.")
    made = simulator().deposit(read_text(body, "invoice"), amount, "final")
    return answer({"deposit": made})


@pages.get("/")
def show_control() -> str:
    """Time and outages, with buttons."""
    return render_control("simulation/control.html")
