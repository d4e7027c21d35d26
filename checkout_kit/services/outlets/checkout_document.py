"""The checkout in COINQVEST's words, as its webhook tells of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.currency import Currency
from checkout_kit.domain.money import Money
from checkout_kit.domain.payment import Payment, PaymentStatus


def checkout_document(checkout: Checkout) -> Mapping[str, Any]:
    """Write a checkout with its payments; amounts are text."""
    charged = checkout.charge.currency
    received = Money.round_down(checkout.status.confirmed_credit, charged)
    return {
        "id": checkout.id,
        "timestamp": _time(checkout.created_at),
        "state": checkout.state.value,
        "reference": checkout.reference,
        "metadata": dict(checkout.metadata),
        "billingCurrency": charged.code,
        "total": checkout.total.to_text(),
        "settlementAssetCode": charged.code,
        "settlementAmountReceived": received.to_text(),
        "payments": [payment_document(checkout, p) for p in payments_of(checkout)],
    }


def payments_of(checkout: Checkout) -> list[Payment]:
    """A checkout's payments, the oldest first."""
    found = [p for invoice in checkout.invoices for p in invoice.payments]
    return sorted(found, key=lambda p: (p.received_at, p.provider, p.external_id))


def payment_document(checkout: Checkout, payment: Payment) -> Mapping[str, Any]:
    """Write a payment, as COINQVEST's document has it."""
    invoice = next(i for i in checkout.invoices if i.id == payment.invoice_id)
    covers, charged = invoice.covers, checkout.charge.currency
    credit = payment.credited
    if credit is None:
        share = covers.fraction * payment.amount.fraction / invoice.amount.fraction
        credit = Money.round_down(share, charged)
    is_settled = payment.status is PaymentStatus.CONFIRMED and checkout.is_paid
    source = payment.amount.currency
    return {
        "id": payment.external_id,
        "type": "PAYMENT",
        "state": "RESOLVED" if is_settled else "UNRESOLVED",
        "timestamp": _time(payment.received_at),
        "creditAssetCode": credit.currency.code,
        "creditAssetIssuer": _issuer(credit.currency),
        "creditAmount": credit.to_text(),
        "sourceAssetCode": source.code,
        "sourceAssetIssuer": _issuer(source),
        "sourceAmount": payment.amount.to_text(),
        "sourceBlockchain": source.network or source.code,
        "sourceAccount": None,
        "sourceTxId": payment.transaction_id,
        "customerId": _customer_id(checkout),
        "checkoutId": checkout.id,
    }


def _customer_id(checkout: Checkout) -> str | None:
    found = checkout.customer.get("id")
    return found if isinstance(found, str) else None


def _issuer(currency: Currency) -> str:
    return f"{currency.code}:{currency.issuer or 'NATIVE'}"


def _time(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).isoformat(timespec="seconds")
