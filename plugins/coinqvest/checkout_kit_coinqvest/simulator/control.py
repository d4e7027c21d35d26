"""The control API under /control: what customers, chains, time and outages do.

Time, outages and switches are what `checkout_kit.simulation` has for all.
"""

from __future__ import annotations

from flask import jsonify
from werkzeug.wrappers import Response as AnyResponse

from checkout_kit.simulation import (
    answer,
    create_control,
    read_body,
    read_decimal,
    read_flag,
    read_number,
    read_text,
)

from .chain import Transfer
from .control_documents import to_control_document, to_unmatched_document
from .states import derive_state
from .wiring import simulator

control = create_control()


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
        amount=read_decimal(body, "amount"),
        confirm=read_flag(body, "confirm", True),
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


@control.get("/webhooks")
def list_webhooks() -> AnyResponse:
    """Show the delivery log, newest first."""
    return jsonify(deliveries=simulator().webhooks.log())


@control.post("/webhooks/deliver")
def deliver_webhooks() -> AnyResponse:
    """Send what is due, or all that waits."""
    force = read_flag(read_body(), "force")
    return answer({"deliveries": simulator().webhooks.deliver_due(force=force)})


@control.post("/webhooks/replay")
def replay_webhooks() -> AnyResponse:
    """Send one delivery, or all, once more."""
    number = int(read_number(read_body(), "delivery", 0))
    return answer({"deliveries": simulator().webhooks.replay(number or None)})
