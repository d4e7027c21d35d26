"""The control API under /control: what buyers, the network, time and outages do.

Bodies are JSON; the control page sends the same fields as forms and is led back to
where it came from. No authentication, so only this machine may call it.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, current_app, jsonify, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from .clock import to_api_time
from .documents import to_invoice_document
from .errors import BadRequest, Forbidden
from .faults import Fault
from .records import Invoice
from .wiring import simulator

control = Blueprint("quoine_pay_control", __name__, url_prefix="/control")

_SATOSHI = Decimal("0.00000001")
#: How much of the price each scenario pays.
SCENARIOS = {
    "exact": Decimal(1),
    "less": Decimal("0.6"),
    "more": Decimal("1.1"),
    "late": Decimal(1),
    "seen": Decimal(1),
}


@control.before_request
def check_caller() -> None:
    """Refuse other machines, and forms of other sites opened in a local browser."""
    if not current_app.config["SIMULATOR_REMOTE_CONTROL"]:
        try:
            is_local = ipaddress.ip_address(request.remote_addr or "").is_loopback
        except ValueError:
            is_local = False
        if not is_local:
            raise Forbidden("The control API answers this machine alone.")
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise Forbidden("The control API answers no other site.")


@control.get("/invoices")
def list_invoices() -> AnyResponse:
    """List all invoices, newest first."""
    parts = simulator()
    with parts.ledger.lock:
        found = sorted(parts.ledger.list_invoices(), key=lambda i: -i.id)
        documents = [to_invoice_document(i, parts.settings) for i in found]
    return jsonify(invoices=documents)


@control.post("/invoices/<int:number>/pay")
def pay_invoice(number: int) -> AnyResponse:
    """Let the buyer send bitcoin."""
    body = _body()
    scenario = str(body.get("scenario") or "exact")
    if scenario not in SCENARIOS:
        raise BadRequest(f"scenario: must be one of {', '.join(SCENARIOS)}.")
    ledger = simulator().ledger
    with ledger.lock:
        price = ledger.find(number).btc_price
        amount = _amount(body)
        if amount is None:
            amount = (price * SCENARIOS[scenario]).quantize(_SATOSHI)
        invoice = ledger.deposit(
            number,
            amount,
            is_confirmed=_flag(body, "confirm", True),
            is_announced=scenario == "seen",
            is_late=scenario == "late",
        )
        return _answer_invoice(invoice)


@control.post("/invoices/<int:number>/confirm")
def confirm_invoice(number: int) -> AnyResponse:
    """Let what was only seen be final."""
    return _answer_invoice(simulator().ledger.confirm(number))


@control.post("/invoices/<int:number>/reverse")
def reverse_invoice(number: int) -> AnyResponse:
    """Take the deposits back."""
    return _answer_invoice(simulator().ledger.reverse(number))


@control.post("/profile")
def change_profile() -> AnyResponse:
    """Give the account another currency, or take its callback away."""
    body = _body()
    profile = simulator().ledger.profile
    if body.get("currency"):
        profile.currency = str(body["currency"])[:10]
    if "callback" in body:
        profile.callback = str(body["callback"])[:2000] if body["callback"] else None
    return _answer({"currency": profile.currency, "callback": profile.callback})


@control.get("/time")
def get_time() -> AnyResponse:
    """Show the books' time."""
    return jsonify(_time())


@control.post("/time")
def move_time() -> AnyResponse:
    """Move the books' clock by seconds, or back to the real time."""
    body = _body()
    clock = simulator().clock
    if body.get("advance") not in (None, ""):
        clock.advance(_number(body, "advance", 0))
    elif _flag(body, "reset", False):
        clock.reset()
    else:
        raise BadRequest("advance or reset: one is mandatory.")
    return _answer(_time())


@control.get("/faults")
def list_faults() -> AnyResponse:
    """List the planned faults."""
    return jsonify(faults=simulator().faults.to_json())


@control.post("/faults")
def add_fault() -> AnyResponse:
    """Plan a fault for the next requests."""
    body = _body()
    fault = Fault(
        mode=str(body.get("mode", "")),
        times=int(_number(body, "times", 1)),
        path=str(body.get("path") or "")[:200].removeprefix("/api/v1"),
        method=str(body.get("method") or "").upper()[:10],
        seconds=_number(body, "seconds", 2),
    )
    simulator().faults.add(fault)
    return _answer({"faults": simulator().faults.to_json()})


@control.delete("/faults")
@control.post("/faults/clear")
def clear_faults() -> AnyResponse:
    """Forget all planned faults; forms can't delete, hence the second path."""
    simulator().faults.clear()
    return _answer({"faults": []})


@control.get("/settings")
def get_settings() -> AnyResponse:
    """Show all switches."""
    return jsonify(simulator().settings.to_json())


@control.post("/settings")
def change_settings() -> AnyResponse:
    """Set switches."""
    simulator().settings.change(_body())
    return _answer(simulator().settings.to_json())


@control.get("/callbacks")
def list_callbacks() -> AnyResponse:
    """Show the log of callbacks, newest first."""
    return jsonify(deliveries=simulator().callbacks.log())


@control.post("/callbacks/deliver")
def deliver_callbacks() -> AnyResponse:
    """Send what waits."""
    return _answer({"deliveries": simulator().callbacks.deliver_due()})


@control.post("/callbacks/replay")
def replay_callbacks() -> AnyResponse:
    """Send everything once more."""
    return _answer({"deliveries": simulator().callbacks.replay()})


def _body() -> Mapping[str, Any]:
    if _is_form():
        return request.form.to_dict()
    try:
        body = json.loads(request.get_data() or b"{}", parse_float=Decimal)
    except ValueError:
        raise BadRequest("The body is not JSON.") from None
    if not isinstance(body, dict):
        raise BadRequest("The body is not an object.")
    return body


def _is_form() -> bool:
    # The control page says so in the URL: curl calls JSON a form as well.
    return "from_page" in request.args


def _answer(document: dict[str, Any]) -> AnyResponse:
    return redirect("/", 303) if _is_form() else jsonify(document)


def _answer_invoice(invoice: Invoice) -> AnyResponse:
    return _answer({"invoice": to_invoice_document(invoice, simulator().settings)})


def _time() -> dict[str, Any]:
    clock = simulator().clock
    return {"time": to_api_time(clock.now()), "offset": clock.offset}


def _amount(body: Mapping[str, Any]) -> Decimal | None:
    value = body.get("amount")
    if value in (None, ""):
        return None
    try:
        amount = Decimal(str(value)[:40])
    except InvalidOperation:
        amount = Decimal("NaN")
    if amount.is_finite() and 0 < amount <= 21_000_000:
        if amount == amount.quantize(_SATOSHI):
            return amount
    raise BadRequest("amount: must be a number of bitcoin.")


def _number(body: Mapping[str, Any], name: str, default: float) -> float:
    value = body.get(name)
    if value in (None, ""):
        return default
    try:
        number = float(str(value)[:40])
    except ValueError:
        number = float("nan")
    if not abs(number) < 1e12:
        raise BadRequest(f"{name}: must be a number.")
    return number


def _flag(body: Mapping[str, Any], name: str, default: bool) -> bool:
    value = body.get(name, default)
    if value in (True, "true", "1", "on"):
        return True
    if value in (False, None, "false", "0", "off", ""):
        return False
    raise BadRequest(f"{name}: must be true or false.")
