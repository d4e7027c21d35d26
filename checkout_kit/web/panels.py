"""Panels: which part of the page a checkout is at."""

from __future__ import annotations

import hashlib
from datetime import datetime
from enum import Enum

from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.invoice import MAX_INVOICES, Invoice, InvoiceStatus
from checkout_kit.domain.states import CheckoutState


class Panel(str, Enum):
    """The parts of the page; exactly one is shown."""

    CHOOSE = "choose"
    PREPARING = "preparing"
    PAY = "pay"
    REDIRECT = "redirect"
    SEEN = "seen"
    PAID = "paid"
    UNDERPAID = "underpaid"
    OVERPAID = "overpaid"
    REVERSED = "reversed"
    EXPIRED = "expired"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    RESOLVED = "resolved"


#: Panels that wait for something outside the page; they refresh without JavaScript.
WAITING = frozenset({Panel.PREPARING, Panel.PAY, Panel.REDIRECT, Panel.SEEN})

_BY_STATE = {
    CheckoutState.IN_PROGRESS: Panel.SEEN,
    CheckoutState.COMPLETED: Panel.PAID,
    CheckoutState.DELAYED_COMPLETED: Panel.PAID,
    CheckoutState.UNRESOLVED_OVERPAID: Panel.OVERPAID,
    CheckoutState.DELAYED_OVERPAID: Panel.OVERPAID,
    CheckoutState.UNRESOLVED_GENERIC: Panel.REVERSED,
    CheckoutState.CANCELLED: Panel.CANCELLED,
    CheckoutState.RESOLVED: Panel.RESOLVED,
}
_UNDERPAID = (CheckoutState.UNRESOLVED_UNDERPAID, CheckoutState.DELAYED_UNDERPAID)
_PAYABLE = (CheckoutState.NEW_CHARGE, CheckoutState.EXPIRED, *_UNDERPAID)


def pick_panel(checkout: Checkout, now: datetime) -> Panel:
    """Pick the panel for a checkout as it is."""
    state = checkout.state
    if state in _BY_STATE:
        return _BY_STATE[state]
    if state is CheckoutState.EXPIRED:
        return Panel.EXPIRED if can_choose(checkout, now) else Panel.CLOSED
    if state in _UNDERPAID and not is_awaited(checkout.invoice, now):
        return Panel.UNDERPAID
    return _invoice_panel(checkout.invoice)


def can_choose(checkout: Checkout, now: datetime) -> bool:
    """Whether a method may still be chosen: something is due, and there is time."""
    return (
        checkout.state in _PAYABLE
        and now < checkout.expires_at
        and len(checkout.invoices) < MAX_INVOICES
    )


def can_cancel(checkout: Checkout) -> bool:
    """Whether the buyer may cancel: no money was seen, and it is not over."""
    return checkout.state in (CheckoutState.NEW_CHARGE, CheckoutState.EXPIRED)


def is_awaited(invoice: Invoice | None, now: datetime) -> bool:
    """Whether an invoice can be paid now and nothing came for it yet."""
    if invoice is None or invoice.status is InvoiceStatus.FAILED:
        return False
    return not invoice.payments and not invoice.seen and now < invoice.expires_at


def has_failed(checkout: Checkout) -> bool:
    """Whether the last try to make an invoice was refused by the provider."""
    newest = max(checkout.invoices, key=lambda i: (i.created_at, i.id), default=None)
    return newest is not None and newest.status is InvoiceStatus.FAILED


def page_version(checkout: Checkout, now: datetime) -> str:
    """A mark that changes whenever the page would look different."""
    parts: list[object] = [
        checkout.state.value,
        checkout.is_paid,
        checkout.amount_due.to_text(),
        checkout.status.confirmed_credit,
        checkout.status.detected_credit,
        pick_panel(checkout, now).value,
        can_choose(checkout, now),
    ]
    for invoice in checkout.invoices:
        parts += [invoice.id, invoice.status.value, invoice.seen, invoice.expires_at]
        parts.append(invoice.wants_proof)
        for payment in invoice.payments:
            parts += [payment.external_id, payment.status.value, payment.amount]
            parts.append(invoice.is_missing(payment))
    text = "\n".join(str(part) for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _invoice_panel(invoice: Invoice | None) -> Panel:
    if invoice is None:
        return Panel.CHOOSE
    if invoice.status is InvoiceStatus.INTENDED:
        return Panel.PREPARING
    return Panel.REDIRECT if invoice.redirect_url else Panel.PAY
