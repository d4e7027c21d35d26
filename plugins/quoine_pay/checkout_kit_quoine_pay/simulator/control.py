"""The control API under /control: what buyers, the network, time and outages do.

Time, outages and switches are what `checkout_kit.simulation` has for all.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask import jsonify
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from checkout_kit.simulation import (
    answer,
    create_control,
    read_body,
    read_decimal,
    read_flag,
    read_text,
)

from .documents import to_invoice_document
from .records import Invoice
from .wiring import simulator

control = create_control()

_SATOSHI = Decimal("0.00000001")
#: How much of the price each scenario pays.
SCENARIOS = {
    "exact": Decimal(1),
    "less": Decimal("0.6"),
    "more": Decimal("1.1"),
    "late": Decimal(1),
    "seen": Decimal(1),
}


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
    body = read_body()
    scenario = read_text(body, "scenario") or "exact"
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
            is_confirmed=read_flag(body, "confirm", True),
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
    body = read_body()
    profile = simulator().ledger.profile
    profile.currency = read_text(body, "currency") or profile.currency
    if "callback" in body:
        profile.callback = str(body["callback"])[:2000] if body["callback"] else None
    return answer({"currency": profile.currency, "callback": profile.callback})


@control.get("/callbacks")
def list_callbacks() -> AnyResponse:
    """Show the log of callbacks, newest first."""
    return jsonify(deliveries=simulator().callbacks.log())


@control.post("/callbacks/deliver")
def deliver_callbacks() -> AnyResponse:
    """Send what waits."""
    return answer({"deliveries": simulator().callbacks.deliver_due()})


@control.post("/callbacks/replay")
def replay_callbacks() -> AnyResponse:
    """Send everything once more."""
    return answer({"deliveries": simulator().callbacks.replay()})


def _answer_invoice(invoice: Invoice) -> AnyResponse:
    return answer({"invoice": to_invoice_document(invoice, simulator().settings)})


def _amount(body: Mapping[str, Any]) -> Decimal | None:
    amount = read_decimal(body, "amount")
    if amount is None:
        return None
    if 0 < amount <= 21_000_000 and amount == amount.quantize(_SATOSHI):
        return amount
    raise BadRequest("amount: must be a number of bitcoin.")
