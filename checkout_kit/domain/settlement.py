"""Settlements: what the merchant is credited for what a buyer paid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from checkout_kit.domain.money import Money
from checkout_kit.errors import InputError


class SettlementStatus(str, Enum):
    """How far the crediting of a merchant has come."""

    #: Written down; the settling plugin was not asked yet, or answered "not yet".
    INTENDED = "INTENDED"
    #: The plugin is being asked.
    SENT = "SENT"
    DONE = "DONE"
    FAILED = "FAILED"
    #: No answer came: the same plugin is asked again with the same key.
    UNKNOWN = "UNKNOWN"
    #: Stopped before it was sent, because the payment was reversed.
    STOPPED = "STOPPED"


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a plugin reports as credited to the merchant.

    ``amount`` is what was credited, after ``fee``, in whatever currency it was.
    """

    reference: str
    amount: Money
    fee: Money | None = None
    settled_at: datetime | None = None
    details: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 1 <= len(self.reference) <= 200:
            raise InputError("settlement.reference", "must be of 1 to 200 characters")
        if self.settled_at is not None and self.settled_at.tzinfo is None:
            raise InputError("settlement.settledAt", "must have a time zone")


@dataclass(frozen=True, slots=True)
class SettlementOrder:
    """One thing to settle: an amount of one invoice, frozen when it was written.

    ``amount`` is in the charge's currency: the invoice's confirmed credit less what
    earlier orders of the same invoice hold, rounded down.
    """

    invoice_id: str
    sequence: int
    plugin: str
    amount: Money
    status: SettlementStatus
    created_at: datetime
    attempts: int = 0
    result: Settlement | None = None
    problem: str | None = None

    @property
    def key(self) -> str:
        """The operation key: the same for every attempt."""
        return f"settle:{self.invoice_id}:{self.sequence}"
