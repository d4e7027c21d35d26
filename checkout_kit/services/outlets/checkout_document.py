"""The checkout in COINQVEST's words, as its webhook tells of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from checkout_kit.domain.asset_id import asset_id, blockchain_code
from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.credited_payment import CreditedPayment, payments_of
from checkout_kit.domain.money import Money


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
        "payments": [payment_document(entry) for entry in payments_of(checkout)],
    }


def payment_document(entry: CreditedPayment) -> Mapping[str, Any]:
    """Write a payment, as COINQVEST's document has it and GET /payment shows it."""
    payment, credit = entry.payment, entry.credit
    source = payment.amount.currency
    return {
        "id": payment.id,
        "type": "PAYMENT",
        "state": "RESOLVED" if entry.is_resolved else "UNRESOLVED",
        "timestamp": _time(payment.received_at),
        "creditAssetCode": credit.currency.code,
        "creditAssetIssuer": asset_id(credit.currency),
        "creditAmount": credit.to_text(),
        "sourceAssetCode": source.code,
        "sourceAssetIssuer": asset_id(source),
        "sourceAmount": payment.amount.to_text(),
        "sourceBlockchain": blockchain_code(source),
        "sourceAccount": _text(payment.details.get("sourceAccount")),
        "sourceTxId": payment.transaction_id,
        "customerId": _text(entry.checkout.customer.get("id")),
        "checkoutId": entry.checkout.id,
    }


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _time(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).isoformat(timespec="seconds")
