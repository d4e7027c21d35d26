"""The control page at /, for people."""

from __future__ import annotations

from checkout_kit.simulation import create_pages, render_control

from .documents import to_invoice_document
from .wiring import simulator

pages = create_pages()

_SHOWN = 30
#: Buttons of the control page: the scenario and what the button says.
_BUTTONS = (
    ("exact", "Pay exactly"),
    ("less", "Less"),
    ("more", "More"),
    ("late", "Late"),
    ("seen", "Seen only"),
)


@pages.get("/")
def show_control() -> str:
    """Show the newest invoices with everything that can happen to them."""
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
    return render_control(
        "control.html",
        invoices=invoices,
        profile=parts.ledger.profile,
        buttons=_BUTTONS,
        deliveries=parts.callbacks.log()[:_SHOWN],
    )
