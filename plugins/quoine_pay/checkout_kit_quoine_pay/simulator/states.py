"""States: the document's two status words of an invoice, from what has happened."""

from __future__ import annotations

from datetime import datetime

from .records import CAPTURE_TIME, CONFIRMATION_LIMIT, Invoice

#: "Invoice status: …" behind each system_status in the document.
INVOICE_STATUS = {
    "ready": "payment_awaited",
    "unconfirmed": "payment_detected",
    "confirmed": "payment_confirmed",
    "captured": "payment_confirmed",
    "complete": "payment_confirmed",
    "expired": "payment_expired",
    "invalid": "payment_expired",
}
#: Words that only the examples use.
EXAMPLE_SPELLING = {
    "payment_awaited": "unpaid",
    "payment_confirmed": "paid",
}


def derive_status(invoice: Invoice, now: datetime, *, accepts_late: bool) -> str:
    """Return the system_status of an invoice at `now`."""
    if invoice.status in ("captured", "complete"):
        return invoice.status
    paid_at = invoice.paid_at
    is_late = paid_at is not None and paid_at > invoice.expires_at
    if paid_at is not None and (accepts_late or not is_late):
        if invoice.balance(confirmed_only=True) >= invoice.btc_price:
            confirmed_at = invoice.confirmed_at
            is_sold = confirmed_at is not None and now >= confirmed_at + CAPTURE_TIME
            return "captured" if is_sold else "confirmed"
        return "invalid" if now > paid_at + CONFIRMATION_LIMIT else "unconfirmed"
    if invoice.was_lost:
        return "invalid"
    return "expired" if is_late or now > invoice.expires_at else "ready"


def derive_invoice_status(invoice: Invoice) -> str:
    """Return the invoice_status that belongs to an invoice's system_status."""
    if invoice.status == "ready" and invoice.is_announced:
        return "payment_detected"
    return INVOICE_STATUS[invoice.status]
