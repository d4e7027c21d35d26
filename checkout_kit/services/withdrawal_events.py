"""Events of withdrawals, written with the change that they tell of."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from checkout_kit.domain.event import EventEntry
from checkout_kit.domain.withdrawal_order import WithdrawalOrder, WithdrawalState
from checkout_kit.services.ports import UnitOfWork

_ENDS = {
    WithdrawalState.COMPLETED: "withdrawal.completed",
    WithdrawalState.FAILED: "withdrawal.failed",
}


def note_created(unit: UnitOfWork, order: WithdrawalOrder, now: datetime) -> None:
    """Write that a withdrawal was made; nothing has moved."""
    unit.events.append_all([_entry(order, "withdrawal.created", now, {})])


def note_change(
    unit: UnitOfWork, before: WithdrawalOrder, after: WithdrawalOrder, now: datetime
) -> None:
    """Write what has changed, if anything that others may want to hear of has."""
    if before.state is after.state:
        return
    changed = {"old_state": before.state.value}
    entries = [_entry(after, "withdrawal.updated", now, changed)]
    if after.state in _ENDS:
        entries.append(_entry(after, _ENDS[after.state], now, {}))
    unit.events.append_all(entries)


def note_resolved(
    unit: UnitOfWork, order: WithdrawalOrder, now: datetime, *, actor: str, note: str
) -> None:
    """Write that an operator has closed it, and how that is known."""
    told = {"actor": actor, "note": note}
    unit.events.append_all([_entry(order, "withdrawal.resolved", now, told)])


def withdrawal_data(order: WithdrawalOrder) -> dict[str, Any]:
    """What every event of a withdrawal tells of it; not where the money goes."""
    request, result = order.request, order.result
    received, fee = order.received, order.fee
    return {
        "withdrawal_id": order.id,
        "provider": order.provider,
        "state": order.state.value,
        "wallet": request.wallet,
        "amount": request.amount.to_text(),
        "currency": str(request.amount.currency),
        "target_currency": str(request.target.currency),
        "received": received.to_text() if received is not None else None,
        "fee": fee.to_text() if fee is not None else None,
        "fee_currency": str(fee.currency) if fee is not None else None,
        "transaction_id": result.transaction_id if result else None,
        "problem": order.problem,
    }


def _entry(
    order: WithdrawalOrder, type: str, now: datetime, data: dict[str, Any]
) -> EventEntry:
    is_once = type != "withdrawal.updated"
    return EventEntry(
        event_id=secrets.token_hex(16),
        store_id=order.store_id,
        checkout_id=None,
        type=type,
        created_at=now,
        data={**withdrawal_data(order), **data},
        once_key=f"{type}:{order.id}" if is_once else None,
    )
