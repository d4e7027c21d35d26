"""The control API under /control: what customers, chains, time and outages do.

Bodies are JSON; the control page sends the same fields as forms and is led back to
where it came from. No authentication, so only this machine may call it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, current_app, jsonify, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from .chain import Transfer
from .charges import parse_body
from .clock import to_w3c
from .control_documents import to_control_document, to_unmatched_document
from .errors import BadRequest, Forbidden
from .faults import Fault
from .settings import parse_flag
from .states import derive_state
from .wiring import simulator

control = Blueprint("coinqvest_control", __name__, url_prefix="/control")


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


@control.get("/checkouts")
def list_checkouts() -> AnyResponse:
    """List all checkouts with what is behind them, newest first."""
    parts = simulator()
    now = parts.clock.now()
    with parts.ledger.lock:
        found = [to_control_document(c, now) for c in parts.ledger.list_checkouts()]
    return jsonify(checkouts=found)


@control.get("/checkouts/<checkout_id>")
def get_checkout(checkout_id: str) -> AnyResponse:
    """Show one checkout."""
    parts = simulator()
    with parts.ledger.lock:
        checkout = parts.ledger.find_checkout(checkout_id)
        return jsonify(checkout=to_control_document(checkout, parts.clock.now()))


@control.post("/checkouts/<checkout_id>/pay")
def pay_checkout(checkout_id: str) -> AnyResponse:
    """Let the customer send a transfer."""
    body = read_body()
    transfer = Transfer(
        scenario=read_text(body, "scenario") or "exact",
        amount=read_amount(body),
        confirm=parse_flag("confirm", body.get("confirm", True)),
        transaction_id=read_text(body, "tx"),
    )
    parts = simulator()
    payments, unmatched = parts.network.pay(
        checkout_id, transfer, asset=read_text(body, "assetCode")
    )
    with parts.ledger.lock:
        checkout = parts.ledger.find_checkout(checkout_id)
        state = derive_state(checkout, parts.clock.now())
    return answer({"payments": payments, "unmatched": unmatched, "state": state})


@control.post("/payments/<payment_id>/confirm")
def confirm_payment(payment_id: str) -> AnyResponse:
    """Confirm a deposit that was only seen."""
    parts = simulator()
    checkout = parts.network.confirm(payment_id)
    with parts.ledger.lock:
        state = derive_state(checkout, parts.clock.now())
    return answer({"payment": payment_id, "checkout": checkout.id, "state": state})


@control.post("/payments/<payment_id>/reverse")
def reverse_payment(payment_id: str) -> AnyResponse:
    """Take a deposit back."""
    parts = simulator()
    checkout = parts.network.reverse(payment_id)
    with parts.ledger.lock:
        state = derive_state(checkout, parts.clock.now())
    return answer({"payment": payment_id, "checkout": checkout.id, "state": state})


@control.post("/checkouts/<checkout_id>/resolve")
def resolve_checkout(checkout_id: str) -> AnyResponse:
    """Mark a checkout as resolved by the merchant."""
    state = simulator().ledger.resolve_checkout(checkout_id)
    return answer({"checkout": checkout_id, "state": state})


@control.get("/unmatched")
def list_unmatched() -> AnyResponse:
    """List deposits that belong to no checkout, newest first."""
    parts = simulator()
    with parts.ledger.lock:
        found = [to_unmatched_document(d) for d in reversed(parts.ledger.unmatched)]
    return jsonify(unmatched=found)


@control.get("/time")
def get_time() -> AnyResponse:
    """Show the simulated time."""
    return jsonify(_time())


@control.post("/time")
def move_time() -> AnyResponse:
    """Move the clock by seconds, to a moment, or back to the real time."""
    body = read_body()
    clock = simulator().clock
    if body.get("advance") not in (None, ""):
        clock.advance(_number(body, "advance", 0))
    elif body.get("at") not in (None, ""):
        clock.move_to(_moment(body))
    elif parse_flag("reset", body.get("reset")):
        clock.reset()
    else:
        raise BadRequest("advance, at or reset: one is mandatory.")
    return answer(_time())


@control.get("/faults")
def list_faults() -> AnyResponse:
    """List the planned faults."""
    return jsonify(faults=simulator().faults.to_json())


@control.post("/faults")
def add_fault() -> AnyResponse:
    """Plan a fault for the next requests."""
    body = read_body()
    times = _number(body, "times", 1)
    fault = Fault(
        mode=str(body.get("mode", "")),
        times=int(times),
        path=(read_text(body, "path") or "").removeprefix("/api/v1"),
        method=(read_text(body, "method") or "").upper(),
        seconds=_number(body, "seconds", 2),
    )
    simulator().faults.add(fault)
    return answer({"faults": simulator().faults.to_json()})


@control.delete("/faults")
@control.post("/faults/clear")
def clear_faults() -> AnyResponse:
    """Forget all planned faults; forms can't delete, hence the second path."""
    simulator().faults.clear()
    return answer({"faults": []})


@control.get("/settings")
def get_settings() -> AnyResponse:
    """Show all switches."""
    return jsonify(simulator().settings.to_json())


@control.post("/settings")
def change_settings() -> AnyResponse:
    """Set switches."""
    simulator().settings.change(read_body())
    return answer(simulator().settings.to_json())


@control.get("/webhooks")
def list_webhooks() -> AnyResponse:
    """Show the delivery log, newest first."""
    return jsonify(deliveries=simulator().webhooks.log())


@control.post("/webhooks/deliver")
def deliver_webhooks() -> AnyResponse:
    """Send what is due, or all that waits."""
    force = parse_flag("force", read_body().get("force"))
    return answer({"deliveries": simulator().webhooks.deliver_due(force=force)})


@control.post("/webhooks/replay")
def replay_webhooks() -> AnyResponse:
    """Send one delivery, or all, once more."""
    wanted = read_body().get("delivery")
    number = None if wanted in (None, "") else int(_number(read_body(), "delivery", 0))
    return answer({"deliveries": simulator().webhooks.replay(number)})


def read_body() -> Mapping[str, Any]:
    """Return the fields of a JSON body or of the control page's form."""
    if _is_form():
        return request.form.to_dict()
    raw = request.get_data()
    return parse_body(raw) if raw else {}


def _is_form() -> bool:
    # The control page says so in the URL: curl calls JSON a form as well, and whoever
    # looks into request.form first can't read the raw body any more.
    return "from_page" in request.args


def answer(document: dict[str, Any]) -> AnyResponse:
    """Answer with JSON, or lead the control page's form back to the page."""
    if not _is_form():
        return jsonify(document)
    return redirect("/", 303)


def _time() -> dict[str, Any]:
    clock = simulator().clock
    return {
        "time": to_w3c(clock.now()),
        "unix": clock.unix(),
        "offset": clock.offset,
    }


def read_text(body: Mapping[str, Any], name: str) -> str | None:
    """Return a text field, None when it is left out or empty."""
    value = body.get(name)
    if value in (None, ""):
        return None
    if not isinstance(value, str) or len(value) > 200:
        raise BadRequest(f"{name}: must be a text of 200 characters at most.")
    return value


def read_amount(body: Mapping[str, Any]) -> Decimal | None:
    """Return the field `amount` exactly, None when it is left out."""
    value = body.get("amount")
    if value in (None, ""):
        return None
    if isinstance(value, (str, int, Decimal)) and not isinstance(value, bool):
        try:
            amount = Decimal(value)
        except InvalidOperation:
            amount = Decimal("NaN")
        # A sane exponent, or later arithmetic would print endless zeros.
        if amount.is_finite() and abs(amount.adjusted()) <= 20:
            return amount
    raise BadRequest("amount: must be a number.")


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


def _moment(body: Mapping[str, Any]) -> datetime:
    text = str(body["at"]).replace("Z", "+00:00")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as err:
        raise BadRequest("at: must be an ISO 8601 time.") from err
    if moment.tzinfo is None:
        raise BadRequest("at: must have an offset from UTC.")
    return moment
