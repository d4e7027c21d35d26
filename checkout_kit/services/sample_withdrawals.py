"""Sample events of withdrawals, made of a sample withdrawal by the real code."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from checkout_kit.domain.currency import Currency
from checkout_kit.domain.money import Money
from checkout_kit.domain.withdrawal import WithdrawalRequest, WithdrawalTarget
from checkout_kit.domain.withdrawal_order import WithdrawalOrder, WithdrawalState
from checkout_kit.services.withdrawal_events import withdrawal_data

_BEGAN = datetime(2026, 3, 2, 12, 0, tzinfo=timezone.utc)
_STATES: Mapping[str, WithdrawalState] = {
    "withdrawal.created": WithdrawalState.PENDING_API_COMMIT,
    "withdrawal.updated": WithdrawalState.PROCESSING,
    "withdrawal.completed": WithdrawalState.COMPLETED,
    "withdrawal.failed": WithdrawalState.FAILED,
    "withdrawal.resolved": WithdrawalState.COMPLETED,
}


def sample_withdrawal_data(type: str) -> dict[str, Any]:
    """What an event of a withdrawal tells of it."""
    bitcoin = Currency.parse("BTC")
    target = WithdrawalTarget(
        # The example address of BIP173, whose key nobody is to use.
        currency=bitcoin,
        address="bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
    )
    order = WithdrawalOrder(
        id="sample",
        store_id="default",
        provider="sample",
        request=WithdrawalRequest("main", Money("0.5", bitcoin), target),
        state=_STATES[type],
        created_at=_BEGAN,
        expires_at=_BEGAN + timedelta(minutes=10),
        promised=Money("0.4995", bitcoin),
    )
    data = withdrawal_data(order)
    if type == "withdrawal.updated":
        data["old_state"] = WithdrawalState.PENDING_API_COMMIT.value
    if type == "withdrawal.resolved":
        data.update(actor="operator", note="the account's statement of 2 March")
    return data
