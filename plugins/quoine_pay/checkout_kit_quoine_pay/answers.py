"""Answers: what the API said, as frozen objects that the rest of the plugin uses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum


class InvoiceStatus(str, Enum):
    """The document's ``invoice_status``: what is known of the buyer's payment."""

    AWAITED = "payment_awaited"
    DETECTED = "payment_detected"
    CONFIRMED = "payment_confirmed"
    EXPIRED = "payment_expired"


#: Spellings that only the document's examples use.
STATUS_SPELLINGS = {
    "unpaid": InvoiceStatus.AWAITED,
    "paid": InvoiceStatus.CONFIRMED,
}


class SystemStatus(str, Enum):
    """The document's ``system_status``: how far Quoine has come with an invoice.

    ``account_created`` is in an example only: not yet ready.
    """

    ACCOUNT_CREATED = "account_created"
    READY = "ready"
    UNCONFIRMED = "unconfirmed"
    CONFIRMED = "confirmed"
    CAPTURED = "captured"
    COMPLETE = "complete"
    EXPIRED = "expired"
    INVALID = "invalid"

    @property
    def is_credited(self) -> bool:
        """Whether the fiat money is in the merchant's account."""
        return self in (SystemStatus.CAPTURED, SystemStatus.COMPLETE)


@dataclass(frozen=True, slots=True)
class InvoiceAnswer:
    """An invoice, wherever it is answered.

    ``price`` is in ``currency``, the merchant's; ``btc_price`` is what the buyer pays;
    ``btc_balance`` is what the address holds at present. The addresses of QR pictures
    are not read: they belong to a third party.
    """

    id: int
    system_status: SystemStatus
    invoice_status: InvoiceStatus
    bitcoin_address: str
    price: Decimal
    currency: str
    btc_price: Decimal
    btc_balance: Decimal
    created_at: datetime
    expires_at: datetime
    paid_at: datetime | None = None
    name: str | None = None
    data: str | None = None


@dataclass(frozen=True, slots=True)
class BrokenItem:
    """A listed invoice that could not be read; the rest of the list still counts."""

    problem: str
    id: int | None = None
    data: str | None = None


@dataclass(frozen=True, slots=True)
class InvoicePage:
    """A page of GET /invoices; its order is not documented."""

    invoices: tuple[InvoiceAnswer, ...]
    broken: tuple[BrokenItem, ...]
    next_page: int | None
    total_pages: int
    total_count: int


@dataclass(frozen=True, slots=True)
class ProfileAnswer:
    """The merchant's account; nothing personal of it is read."""

    id: int
    currency: str
    status: str | None = None
    callback: str | None = None
