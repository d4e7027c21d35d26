"""Ready-made invoices, payments and facts for the tests of the domain."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from checkout_kit.domain.currency import Currency
from checkout_kit.domain.invoice import Invoice, InvoiceStatus
from checkout_kit.domain.money import Money
from checkout_kit.domain.payment import Payment, PaymentStatus
from checkout_kit.domain.quote import PaymentMethod
from checkout_kit.domain.states import CheckoutFacts, CheckoutStatus, derive_status

USD = Currency.parse("USD")
XRP = Currency.parse("XRP")
XLM = Currency.parse("XLM")
ETH = Currency.parse("ETH")
BTC = Currency.parse("BTC")
START = datetime(2026, 11, 21, 12, 0, tzinfo=timezone.utc)

DETECTED = PaymentStatus.DETECTED
CONFIRMED = PaymentStatus.CONFIRMED
REVERSED = PaymentStatus.REVERSED


def at(minutes: float) -> datetime:
    """The moment so many minutes after the checkout was made."""
    return START + timedelta(minutes=minutes)


def usd(amount: str) -> Money:
    return Money(amount, USD)


def xrp(amount: str) -> Money:
    return Money(amount, XRP)


def pay(
    amount: str | Money = "40",
    status: PaymentStatus = CONFIRMED,
    *,
    minute: float = 10,
    ident: str = "tx-1",
    ticket: int = 1,
    peak: str | None = None,
    **changes: Any,
) -> Payment:
    """One deposit; 40 XRP pay the 10 USD of the invoice below."""
    money = xrp(amount) if isinstance(amount, str) else amount
    reached = money if status is CONFIRMED else None
    values: dict[str, Any] = {
        "provider": "acme",
        "external_id": ident,
        "invoice_id": "invoice-1",
        "amount": money,
        "status": status,
        "received_at": at(minute),
        "ticket": ticket,
        "peak_confirmed": reached if peak is None else xrp(peak),
    }
    return Payment(**(values | changes))


def bill(*payments: Payment, **changes: Any) -> Invoice:
    """An invoice of 40 XRP for 10 USD, payable for the first hour."""
    amount = changes.get("amount", xrp("40"))
    values: dict[str, Any] = {
        "id": "invoice-1",
        "checkout_id": "checkout-1",
        "method": PaymentMethod("acme", amount.currency, amount.currency.code),
        "operation_key": "operation-1",
        "covers": usd("10"),
        "amount": amount,
        "status": InvoiceStatus.OPEN,
        "created_at": at(0),
        "expires_at": at(60),
        "snapshot_no": 1,
        "payments": payments,
    }
    return Invoice(**(values | changes))


def facts(*invoices: Invoice, **changes: Any) -> CheckoutFacts:
    """A checkout over 10 USD, open for a day."""
    values: dict[str, Any] = {
        "total": usd("10"),
        "tolerance": Decimal(0),
        "expires_at": at(24 * 60),
        "invoices": invoices,
    }
    return CheckoutFacts(**(values | changes))


def status_of(*invoices: Invoice, minute: float = 20, **changes: Any) -> CheckoutStatus:
    """The status of such a checkout, asked so many minutes after its making."""
    return derive_status(facts(*invoices, **changes), at(minute))
