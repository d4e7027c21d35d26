"""The API's JSON documents, field by field as in the document's examples."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .ledger import Profile
from .records import Invoice
from .settings import Settings
from .states import EXAMPLE_SPELLING, derive_invoice_status
from .times import to_api_time

_CHART = "http://chart.googleapis.com/chart?chs=500x500&cht=qr&chl="


def to_invoice_document(invoice: Invoice, settings: Settings) -> dict[str, Any]:
    """Return an invoice as GET /invoices/{id} answers it."""
    status = derive_invoice_status(invoice)
    if settings.spelling == "examples":
        status = EXAMPLE_SPELLING.get(status, status)
    balance = invoice.balance()
    if settings.sold_balance == "zero" and invoice.status in ("captured", "complete"):
        balance = Decimal(0)
    amount = f"{invoice.btc_price:f}"
    return {
        "id": invoice.id,
        "system_status": invoice.status,
        "invoice_status": status,
        "user_id": 2,
        "sub_account_id": invoice.id,
        "bitcoin_address": invoice.address,
        "name": invoice.name,
        "data": invoice.data,
        "price": f"{invoice.price.normalize():f}".partition(".")[0] + _places(invoice),
        # Floats, as the API's own: small ones are written with an exponent.
        "btc_price": float(invoice.btc_price),
        "btc_balance": float(balance) if balance else 0,
        "currency": invoice.currency,
        "qrcode_address_url": f"{_CHART}{invoice.address}",
        "qrcode_protocol_url": (f"{_CHART}bitcoin:{invoice.address}?amount={amount}"),
        "paid_at": to_api_time(invoice.paid_at),
        "created_at": to_api_time(invoice.created_at),
        # No change marker, as the document's example shows.
        "updated_at": to_api_time(invoice.created_at),
        "expired_at": to_api_time(invoice.expires_at),
    }


def to_created_document(invoice: Invoice, settings: Settings) -> dict[str, Any]:
    """Return an invoice as POST /invoices answers it, with the example's words."""
    return {
        **to_invoice_document(invoice, settings),
        "system_status": "account_created",
        "invoice_status": "unpaid",
    }


def to_page_document(
    invoices: list[Invoice], page: int, per: int, settings: Settings
) -> dict[str, Any]:
    """Return a page as GET /invoices answers it."""
    pages = -(-len(invoices) // per)
    shown = invoices[(page - 1) * per : page * per]
    return {
        "invoices": [to_invoice_document(invoice, settings) for invoice in shown],
        "meta": {
            "current_page": page,
            "next_page": page + 1 if page < pages else None,
            "prev_page": page - 1 if page > 1 else None,
            "total_pages": pages,
            "total_count": len(invoices),
        },
    }


def to_profile_document(profile: Profile) -> dict[str, Any]:
    """Return the merchant as GET /profile answers it."""
    return {
        "id": profile.id,
        "email": profile.email,
        "first_name": profile.first_name,
        "last_name": profile.last_name,
        "name": f"{profile.first_name} {profile.last_name}",
        "currency": profile.currency,
        "status": profile.status,
        "settings": {"payments_callback": profile.callback},
    }


def _places(invoice: Invoice) -> str:
    """The price's fraction; Ruby writes at least one place ("500.0")."""
    fraction = f"{invoice.price.normalize():f}".partition(".")[2]
    return f".{fraction or '0'}"
