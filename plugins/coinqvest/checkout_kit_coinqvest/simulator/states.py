"""The eleven checkout states of GET /checkout, derived from what the ledger holds."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from .records import Checkout, Deposit

NEW_CHARGE = "NEW_CHARGE"
IN_PROGRESS = "IN_PROGRESS"
COMPLETED = "COMPLETED"
EXPIRED = "EXPIRED"
UNRESOLVED_GENERIC = "UNRESOLVED_GENERIC"
UNRESOLVED_UNDERPAID = "UNRESOLVED_UNDERPAID"
UNRESOLVED_OVERPAID = "UNRESOLVED_OVERPAID"
DELAYED_COMPLETED = "DELAYED_COMPLETED"
DELAYED_UNDERPAID = "DELAYED_UNDERPAID"
DELAYED_OVERPAID = "DELAYED_OVERPAID"
RESOLVED = "RESOLVED"

#: What a merchant can mark as resolved.
RESOLVABLE_STATES = frozenset(
    {
        UNRESOLVED_GENERIC,
        UNRESOLVED_UNDERPAID,
        UNRESOLVED_OVERPAID,
        DELAYED_UNDERPAID,
        DELAYED_OVERPAID,
    }
)

_BY_AMOUNT_AND_TIME = {
    ("under", False): UNRESOLVED_UNDERPAID,
    ("exact", False): COMPLETED,
    ("over", False): UNRESOLVED_OVERPAID,
    ("under", True): DELAYED_UNDERPAID,
    ("exact", True): DELAYED_COMPLETED,
    ("over", True): DELAYED_OVERPAID,
}


def derive_state(checkout: Checkout, now: datetime) -> str:
    """Return the state of a checkout at `now`."""
    if checkout.is_resolved:
        return RESOLVED
    if checkout.commit is None:
        return EXPIRED if now >= checkout.deadline else NEW_CHARGE
    due = checkout.commit.amount
    paid = checkout.sum_counted(confirmed_only=True)
    if paid < due:
        if checkout.lost_a_deposit or any(d.is_diverged for d in checkout.deposits):
            return UNRESOLVED_GENERIC
        if any(not deposit.is_confirmed for deposit in checkout.deposits):
            return IN_PROGRESS
    if not paid:
        return EXPIRED if now >= checkout.deadline else NEW_CHARGE
    amount = "under" if paid < due else "exact" if paid == due else "over"
    return _BY_AMOUNT_AND_TIME[amount, _is_late(checkout, due)]


def _is_late(checkout: Checkout, due: Decimal) -> bool:
    """Tell whether the deposit that completed the sum came after the expiry.

    The document names no rule for several deposits. The one that lifts the sum to
    the amount decides; while none does, the last one.
    """
    paid = Decimal(0)
    decisive: Deposit | None = None
    for deposit in sorted(checkout.deposits, key=lambda d: (d.timestamp, d.number)):
        if deposit.is_confirmed and deposit.is_live and paid < due:
            decisive = deposit
            paid += deposit.counted
    return decisive is not None and decisive.timestamp > checkout.deadline
