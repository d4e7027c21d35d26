"""The JSON objects of the API: checkout, payment, deposit instructions."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, localcontext
from typing import Any

from .markets import CHAINS, EXACT, convert, issuer_of
from .records import Checkout, Commit, Deposit
from .states import derive_state
from .times import to_w3c

# Checkouts are shown in UTC and payments two hours ahead, as the examples do.
_PAYMENT_OFFSET_HOURS = 2


def to_quotes_document(checkout: Checkout) -> dict[str, Any]:
    """Return the answer of POST /checkout."""
    return {
        "id": checkout.id,
        "paymentMethods": [
            {
                "assetCode": code,
                "blockchain": CHAINS[code].name,
                "paymentAmount": f"{amount:f}",
            }
            for code, amount in checkout.quotes.items()
        ],
    }


def to_commit_document(checkout_id: str, commit: Commit) -> dict[str, Any]:
    """Return the answer of POST /checkout/commit."""
    return {
        "depositInstructions": {
            "blockchain": commit.chain.name,
            "assetCode": commit.asset,
            "amount": f"{commit.amount:f}",
            "address": commit.address,
            "memo": commit.memo,
            "memoType": None if commit.memo is None else "text",
            "destinationTag": commit.destination_tag,
        },
        "expirationTime": to_w3c(commit.expires_at),
        "checkoutId": checkout_id,
    }


def to_checkout_document(
    checkout: Checkout, now: datetime, *, with_payment_state: bool = True
) -> dict[str, Any]:
    """Return a checkout as GET /checkout shows it: confirmed payments only."""
    return {
        "id": checkout.id,
        "timestamp": to_w3c(checkout.created_at),
        "state": derive_state(checkout, now),
        "hostedCheckoutUrl": checkout.hosted_url,
        "payments": [
            to_payment_document(checkout, deposit, with_state=with_payment_state)
            for deposit in checkout.deposits
            if deposit.is_confirmed
        ],
        "payload": checkout.request.payload,
    }


def to_payment_document(
    checkout: Checkout, deposit: Deposit, *, with_state: bool = True
) -> dict[str, Any]:
    """Return a payment as GET /payment and the webhook show it."""
    commit = checkout.commit
    if commit is None:
        raise ValueError("a deposit needs a committed checkout")
    settlement = checkout.request.settlement_currency
    document: dict[str, Any] = {
        "id": deposit.id,
        "type": "PAYMENT",
        "state": "RESOLVED" if deposit.is_credited else "UNRESOLVED",
        "timestamp": to_w3c(deposit.timestamp, _PAYMENT_OFFSET_HOURS),
        "creditAssetCode": settlement,
        "creditAssetIssuer": issuer_of(settlement),
        "creditAmount": f"{credit_of(checkout, deposit):.7f}",
        "sourceAssetCode": deposit.asset,
        "sourceAssetIssuer": deposit.issuer,
        "sourceAmount": f"{deposit.amount:.7f}",
        "sourceBlockchain": commit.asset,
        "sourceAccount": deposit.account,
        "sourceTxId": deposit.transaction_id,
        "customerId": checkout.request.customer_id,
        "checkoutId": checkout.id,
    }
    if not with_state:
        del document["state"]
    return document


def credit_of(checkout: Checkout, deposit: Deposit) -> Decimal:
    """Return what a deposit is worth in the settlement currency."""
    if checkout.commit is None:
        return Decimal(0)
    request = checkout.request
    with localcontext(EXACT):
        value = request.total * deposit.counted / checkout.commit.amount
    return convert(value, request.currency, request.settlement_currency)
