"""The status: what the page's script is told when it asks for news."""

from __future__ import annotations

from datetime import datetime

from checkout_kit.domain.checkout import Checkout
from checkout_kit.web.deposit import deadline_of
from checkout_kit.web.panels import WAITING, pick_panel
from checkout_kit.web.presentation import WITH_DEADLINE, to_iso

#: How often the page asks for news, in seconds: while it waits, and otherwise.
POLL_WAITING, POLL_CALM = 3, 20


def present_status(
    checkout: Checkout, now: datetime, *, version: str, server_time: str
) -> dict[str, object]:
    """Write out a checkout's status; words and amounts of the page are not needed."""
    panel = pick_panel(checkout, now)
    invoice = checkout.invoice
    deadline = deadline_of(invoice) if invoice and panel in WITH_DEADLINE else None
    due = checkout.amount_due
    return {
        "state": checkout.state.value,
        "panel": panel.value,
        "isPaid": checkout.is_paid,
        "version": version,
        "amountDue": due.to_text(),
        "currency": due.currency.code,
        "expiresAt": to_iso(deadline) if deadline else None,
        "serverTime": server_time,
        "pollAfter": POLL_WAITING if panel in WAITING else POLL_CALM,
    }
