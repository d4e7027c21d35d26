"""Events: what happened to a checkout or a withdrawal, written with the change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

#: Every type of event, and the broadcast hook that plugins may hear it by.
EVENT_HOOKS: Mapping[str, str | None] = {
    "checkout.created": "checkout_started",
    "checkout.updated": None,
    "checkout.paid": "checkout_paid",
    "checkout.reversed": None,
    "checkout.expired": "checkout_expired",
    "checkout.cancelled": None,
    "checkout.resolved": None,
    "invoice.created": "invoice_created",
    "payment.detected": "payment_detected",
    "invoice.settled": "invoice_settled",
    "deposit.unmatched": None,
    "withdrawal.created": None,
    "withdrawal.updated": None,
    "withdrawal.completed": None,
    "withdrawal.failed": None,
    "withdrawal.resolved": None,
}


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the event log.

    ``sequence`` orders the events of one checkout; ``data`` holds JSON values only.
    An event is written in the transaction of the change that it tells of, and is
    delivered to each subscriber at least once. ``position`` is its place in the list
    that others read by, None until it is dispatched.
    """

    id: str
    sequence: int
    store_id: str
    checkout_id: str | None
    type: str
    created_at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    position: int | None = None

    @property
    def is_test(self) -> bool:
        """Whether nothing happened: it was made to try webhooks out."""
        return self.data.get("is_test") is True

    def to_document(self) -> Mapping[str, Any]:
        """Write it as webhooks, lists and commands show it: JSON values only."""
        return {
            "id": self.id,
            "type": self.type,
            "timestamp": self.created_at.isoformat(),
            "sequence": self.position,
            "is_test": self.is_test,
            "data": {key: self.data[key] for key in self.data if key != "is_test"},
        }


@dataclass(frozen=True, slots=True)
class EventEntry:
    """An event that is about to be written; the log gives it its place.

    Of those with the same ``once_key`` only one can be written.
    """

    event_id: str
    store_id: str
    checkout_id: str | None
    type: str
    created_at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)
    once_key: str | None = None
