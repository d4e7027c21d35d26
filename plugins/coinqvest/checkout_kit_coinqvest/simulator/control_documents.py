"""What the control API and page show of a checkout beyond the API's own document."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from .documents import credit_of
from .records import Checkout, Deposit, UnmatchedDeposit
from .states import derive_state
from .times import to_w3c


def to_control_document(checkout: Checkout, now: datetime) -> dict[str, Any]:
    """Return a checkout with its instructions and all deposits, listed or not."""
    commit = checkout.commit
    request = checkout.request
    unpaid = None
    if commit is not None:
        paid = checkout.sum_counted(confirmed_only=False)
        unpaid = f"{max(commit.amount - paid, commit.amount * 0):f}"
    return {
        "id": checkout.id,
        "timestamp": to_w3c(checkout.created_at),
        "state": derive_state(checkout, now),
        "total": f"{request.total:f}",
        "currency": request.currency,
        "settlementCurrency": request.settlement_currency,
        "hostedCheckoutUrl": checkout.hosted_url,
        "webhook": request.webhook,
        "assetCode": commit.asset if commit else None,
        "amount": f"{commit.amount:f}" if commit else None,
        "unpaidAmount": unpaid,
        "address": commit.address if commit else None,
        "memo": commit.memo if commit else None,
        "destinationTag": commit.destination_tag if commit else None,
        "expirationTime": to_w3c(checkout.deadline),
        "payments": [_to_deposit_document(checkout, d) for d in checkout.deposits],
    }


def to_unmatched_document(deposit: UnmatchedDeposit) -> dict[str, Any]:
    """Return a deposit that belongs to no checkout."""
    return {
        "id": deposit.id,
        "reason": deposit.reason,
        "meantFor": deposit.meant_for,
        "assetCode": deposit.asset,
        "amount": f"{deposit.amount:f}",
        "address": deposit.address,
        "memo": deposit.memo,
        "destinationTag": deposit.destination_tag,
        "timestamp": to_w3c(deposit.timestamp),
        "tx": deposit.transaction_id,
        "confirmed": deposit.is_confirmed,
    }


def _to_deposit_document(checkout: Checkout, deposit: Deposit) -> dict[str, Any]:
    return {
        "id": deposit.id,
        "state": "RESOLVED" if deposit.is_credited else "UNRESOLVED",
        "confirmed": deposit.is_confirmed,
        "reversed": deposit.is_reversed,
        "assetCode": deposit.asset,
        "amount": f"{deposit.amount:f}",
        "countedAmount": f"{deposit.counted:f}",
        "creditAmount": f"{credit_of(checkout, deposit):f}",
        "timestamp": to_w3c(deposit.timestamp),
        "tx": deposit.transaction_id,
    }
