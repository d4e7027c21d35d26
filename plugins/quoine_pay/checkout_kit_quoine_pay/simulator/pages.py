"""The control page at /, for people."""

from __future__ import annotations

from flask import Blueprint, render_template
from werkzeug.wrappers import Response as AnyResponse

from .clock import to_api_time
from .control import check_caller
from .documents import to_invoice_document
from .faults import MODES
from .settings import CHOICES
from .wiring import simulator

pages = Blueprint("quoine_pay_pages", __name__)

_SHOWN = 30
#: Buttons of the control page: the scenario and what the button says.
_BUTTONS = (
    ("exact", "Pay exactly"),
    ("less", "Less"),
    ("more", "More"),
    ("late", "Late"),
    ("seen", "Seen only"),
)
_POLICY = (
    "default-src 'none'; style-src 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)


@pages.after_request
def add_headers(response: AnyResponse) -> AnyResponse:
    """Keep the page fresh and free of foreign content."""
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "same-origin"
    return response


@pages.get("/")
def show_control() -> str:
    """Show the newest invoices with everything that can happen to them."""
    check_caller()
    parts = simulator()
    with parts.ledger.lock:
        found = sorted(parts.ledger.list_invoices(), key=lambda i: -i.id)[:_SHOWN]
        invoices = [
            {
                **to_invoice_document(invoice, parts.settings),
                "amount": f"{invoice.btc_price:f}",
                "balance": f"{invoice.balance():f}",
            }
            for invoice in found
        ]
    return render_template(
        "control.html",
        invoices=invoices,
        now=to_api_time(parts.clock.now()),
        offset=round(parts.clock.offset),
        profile=parts.ledger.profile,
        buttons=_BUTTONS,
        faults=parts.faults.to_json(),
        modes=MODES,
        settings=parts.settings.to_json(),
        choices=CHOICES,
        deliveries=parts.callbacks.log()[:_SHOWN],
    )
