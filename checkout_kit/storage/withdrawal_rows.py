"""Rows of withdrawals, written and read; bank accounts are encrypted in them.

Addresses of chains are not: they are public as soon as they are used.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from checkout_kit.domain.charge_json import currency_from_text, currency_to_text
from checkout_kit.domain.currency import Currency
from checkout_kit.domain.money import Money
from checkout_kit.domain.withdrawal import (
    Withdrawal,
    WithdrawalRequest,
    WithdrawalStatus,
    WithdrawalTarget,
)
from checkout_kit.domain.withdrawal_order import WithdrawalOrder, WithdrawalState
from checkout_kit.storage.encryption import SecretBox
from checkout_kit.storage.forms import (
    money_columns,
    money_from_columns,
    optional_money,
)
from checkout_kit.storage.sealed_rows import BANK_ACCOUNT


def request_columns(order: WithdrawalOrder, box: SecretBox) -> dict[str, Any]:
    """Write what is to be sent, which never changes."""
    request, target = order.request, order.request.target
    least = request.least_received
    return {
        "id": order.id,
        "store_id": order.store_id,
        "provider": order.provider,
        "wallet": request.wallet,
        **money_columns(request.amount, "amount", "currency"),
        "target": {
            **_sealed_account(target.bank_account, box),
            "currency": currency_to_text(target.currency),
            "address": target.address,
            "memo": target.memo,
            "memoType": target.memo_type,
            "destinationTag": target.destination_tag,
        },
        "least_received": least.to_text() if least is not None else None,
        "options": dict(request.options),
        "origin": order.origin,
        "created_at": order.created_at,
        "expires_at": order.expires_at,
    }


def progress_columns(order: WithdrawalOrder) -> dict[str, Any]:
    """Write how far it has come."""
    result, promised = order.result, order.promised
    columns: dict[str, Any] = {
        "state": order.state.value,
        "committed_at": order.committed_at,
        "finished_at": order.finished_at,
        "promised": promised.to_text() if promised is not None else None,
        "attempts": order.attempts,
        "problem": order.problem[:1000] if order.problem else None,
    }
    if result is None:
        return columns
    received = result.received
    return {
        **columns,
        "reference": result.reference,
        "status": result.status.value,
        "sent": result.amount.to_text(),
        "received": received.to_text() if received is not None else None,
        **money_columns(result.fee, "fee", "fee_currency"),
        "requested_at": result.requested_at,
        "transaction_id": result.transaction_id,
        "provider_state": result.provider_state,
        "details": dict(result.details),
    }


def _sealed_account(account: Mapping[str, str], box: SecretBox) -> dict[str, str]:
    return {BANK_ACCOUNT: box.encrypt(json.dumps(dict(account)))} if account else {}


def _bank_account(kept: Mapping[str, Any], box: SecretBox) -> Mapping[str, str]:
    if BANK_ACCOUNT not in kept:
        # Older rows have it in plain text.
        return kept.get("bankAccount") or {}
    account: Mapping[str, str] = json.loads(box.decrypt(kept[BANK_ACCOUNT]))
    return account


def withdrawal_from_row(row: Mapping[Any, Any], box: SecretBox) -> WithdrawalOrder:
    """Read a row.

    :raises SecretUnreadable: if no key opens its bank account.
    """
    amount = money_from_columns(row["amount"], row["currency"])
    kept = row["target"]
    target = WithdrawalTarget(
        currency_from_text(kept["currency"]),
        address=kept["address"],
        memo=kept["memo"],
        memo_type=kept["memoType"],
        destination_tag=kept["destinationTag"],
        bank_account=_bank_account(kept, box),
    )
    return WithdrawalOrder(
        id=row["id"],
        store_id=row["store_id"],
        provider=row["provider"],
        request=WithdrawalRequest(
            row["wallet"],
            amount,
            target,
            least_received=_money(row["least_received"], target.currency),
            options=row["options"],
        ),
        state=WithdrawalState(row["state"]),
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        origin=row["origin"],
        committed_at=row["committed_at"],
        finished_at=row["finished_at"],
        promised=_money(row["promised"], target.currency),
        attempts=row["attempts"],
        result=_result(row, amount.currency, target.currency),
        problem=row["problem"],
    )


def _result(
    row: Mapping[Any, Any], source: Currency, arriving: Currency
) -> Withdrawal | None:
    if row["reference"] is None:
        return None
    return Withdrawal(
        reference=row["reference"],
        status=WithdrawalStatus(row["status"]),
        amount=Money(row["sent"], source),
        received=_money(row["received"], arriving),
        fee=optional_money(row["fee"], row["fee_currency"]),
        requested_at=row["requested_at"],
        transaction_id=row["transaction_id"],
        provider_state=row["provider_state"],
        problem=row["problem"],
        details=row["details"] or {},
    )


def _money(amount: str | None, currency: Currency) -> Money | None:
    return None if amount is None else Money(amount, currency)
