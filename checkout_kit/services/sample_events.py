"""Sample events: what each type tells, made of a sample checkout by the real code."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from checkout_kit.domain.charge import Charge, LineItem
from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.currency import Currency
from checkout_kit.domain.event import EVENT_HOOKS
from checkout_kit.domain.invoice import (
    DepositInstructions,
    Invoice,
    InvoiceStatus,
    UnmatchedDeposit,
)
from checkout_kit.domain.money import Money
from checkout_kit.domain.payment import Payment, PaymentStatus
from checkout_kit.domain.quote import PaymentMethod
from checkout_kit.domain.settlement import (
    Settlement,
    SettlementOrder,
    SettlementStatus,
)
from checkout_kit.domain.states import CheckoutFacts, derive_status
from checkout_kit.errors import InputError
from checkout_kit.services.announcing import event_data, invoice_data
from checkout_kit.services.recording import payment_data, unmatched_data
from checkout_kit.services.sample_withdrawals import sample_withdrawal_data
from checkout_kit.services.settling import settlement_data

_BEGAN = datetime(2026, 3, 2, 12, 0, tzinfo=timezone.utc)
_BTC = Currency.parse("BTC")
# The example address of BIP173, whose key nobody is to use.
_ADDRESS = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
_STATES_OF: Mapping[str, str] = {
    "checkout.created": "new",
    "invoice.created": "new",
    "checkout.cancelled": "cancelled",
    "checkout.expired": "expired",
    "checkout.reversed": "reversed",
}


def sample_data(type: str) -> dict[str, Any]:
    """What an event of a type tells, of a checkout that does not exist.

    :raises InputError: if there is no such type.
    """
    if type not in EVENT_HOOKS:
        raise InputError("type", "must be one of " + ", ".join(EVENT_HOOKS))
    if type == "deposit.unmatched":
        return dict(unmatched_data("sample", _unmatched()))
    if type.startswith("withdrawal."):
        return sample_withdrawal_data(type)
    checkout = _checkout(_STATES_OF.get(type, "paid"))
    return {**event_data(checkout), **_more(type, checkout)}


def _more(type: str, checkout: Checkout) -> Mapping[str, Any]:
    invoice = checkout.invoices[0]
    if type == "checkout.updated":
        return {"old_state": "IN_PROGRESS"}
    if type == "checkout.cancelled":
        return {"actor": "buyer"}
    if type == "checkout.resolved":
        return {"actor": "shop", "accepted": True}
    if type == "invoice.created":
        return invoice_data(invoice)
    if type == "payment.detected":
        return payment_data(invoice.payments[0])
    if type == "invoice.settled":
        return settlement_data(*_settled(invoice))
    return {}


def _checkout(story: str) -> Checkout:
    charge = Charge("USD", [LineItem("T-Shirt", "10.00")])
    cancelled_at = _BEGAN + timedelta(minutes=5) if story == "cancelled" else None
    is_unpaid = story in ("new", "cancelled", "expired")
    payments = () if is_unpaid else (_payment(story),)
    invoices = (_invoice(payments),)
    facts = CheckoutFacts(
        total=charge.total,
        tolerance=Decimal(0),
        expires_at=_BEGAN + timedelta(hours=24),
        invoices=invoices,
        cancelled_at=cancelled_at,
    )
    now = _BEGAN + timedelta(hours=25 if story == "expired" else 0, minutes=10)
    return Checkout(
        id="0123456789abcdef0123456789abcdef",
        token="",
        store_id="default",
        charge=charge,
        settlement_currency=charge.currency,
        created_at=_BEGAN,
        expires_at=facts.expires_at,
        tolerance=facts.tolerance,
        status=derive_status(facts, now),
        reference="order-42",
        metadata={"cart": 7},
        cancelled_at=cancelled_at,
        invoices=invoices,
    )


def _invoice(payments: tuple[Payment, ...]) -> Invoice:
    amount = Money("0.0002", _BTC)
    return Invoice(
        id="fedcba9876543210fedcba9876543210",
        checkout_id="0123456789abcdef0123456789abcdef",
        method=PaymentMethod("sample", _BTC, "Bitcoin", "Bitcoin", is_test=True),
        operation_key="sample",
        covers=Money("10.00", Currency.parse("USD")),
        amount=amount,
        status=InvoiceStatus.OPEN,
        created_at=_BEGAN,
        expires_at=_BEGAN + timedelta(hours=1),
        reference="sample-invoice",
        instructions=DepositInstructions(_ADDRESS, amount, "Bitcoin"),
        payments=payments,
    )


def _payment(story: str) -> Payment:
    amount = Money("0.0002", _BTC)
    is_reversed = story == "reversed"
    return Payment(
        provider="sample",
        external_id="sample-deposit",
        invoice_id="fedcba9876543210fedcba9876543210",
        amount=amount,
        status=PaymentStatus.REVERSED if is_reversed else PaymentStatus.CONFIRMED,
        received_at=_BEGAN + timedelta(minutes=8),
        ticket=1,
        peak_confirmed=amount,
    )


def _settled(invoice: Invoice) -> tuple[SettlementOrder, Settlement]:
    credited = Settlement("sample-credit", invoice.covers)
    order = SettlementOrder(
        invoice_id=invoice.id,
        sequence=1,
        plugin="sample",
        amount=invoice.covers,
        status=SettlementStatus.DONE,
        created_at=_BEGAN,
    )
    return order, credited


def _unmatched() -> UnmatchedDeposit:
    return UnmatchedDeposit(
        external_id="sample-deposit",
        reason="no invoice has this address",
        amount=Money("0.0002", _BTC),
    )
