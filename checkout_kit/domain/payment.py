"""Payments: deposits as providers report them, merged so that no order matters."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from checkout_kit.domain.money import Money
from checkout_kit.errors import AmountError, InputError

MAX_EXTERNAL_ID = 200


class PaymentStatus(str, Enum):
    """How sure it is that a payment stays."""

    DETECTED = "DETECTED"
    CONFIRMED = "CONFIRMED"
    REVERSED = "REVERSED"


@dataclass(frozen=True, slots=True)
class PaymentObservation:
    """What a provider reports of one deposit at one look.

    ``external_id`` is the provider's own id of the deposit, the same at every look.
    ``amount`` is in the invoice's currency. ``credited`` is given instead of counting
    by the amount where the provider converted the deposit itself: what it is worth in
    the charge's currency. ``received_at`` is the provider's time, None if it names
    none. ``details`` is shown to operators: JSON values only, no secrets.
    """

    external_id: str
    amount: Money
    status: PaymentStatus
    received_at: datetime | None = None
    credited: Money | None = None
    transaction_id: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 1 <= len(self.external_id) <= MAX_EXTERNAL_ID:
            raise InputError(
                "payment.externalId", f"must be of 1 to {MAX_EXTERNAL_ID} characters"
            )
        if self.transaction_id is not None and len(self.transaction_id) > 200:
            raise InputError("payment.transactionId", "is longer than 200 characters")
        if self.amount.amount < 0:
            raise AmountError("payment.amount", "must not be negative")
        if self.credited is not None and self.credited.amount < 0:
            raise AmountError("payment.credited", "must not be negative")
        if self.received_at is not None and self.received_at.tzinfo is None:
            raise InputError("payment.receivedAt", "must have a time zone")


@dataclass(frozen=True, slots=True)
class Payment:
    """One deposit for one invoice, merged from every observation of it.

    It keeps the observation with the newest ``ticket`` (the invoice's check number
    under which it was asked for), the earliest ``received_at``, and the most that was
    ever confirmed. All three merge alike in any order, so late and repeated reports
    can't change the result.
    """

    provider: str
    external_id: str
    invoice_id: str
    amount: Money
    status: PaymentStatus
    received_at: datetime
    ticket: int
    credited: Money | None = None
    peak_confirmed: Money | None = None
    transaction_id: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_observation(
        cls,
        observation: PaymentObservation,
        *,
        provider: str,
        invoice_id: str,
        ticket: int,
        received_at: datetime,
    ) -> Payment:
        """Make the payment of a single observation.

        :param received_at: used where the provider names no time.
        """
        confirmed = observation.status is PaymentStatus.CONFIRMED
        return cls(
            provider=provider,
            external_id=observation.external_id,
            invoice_id=invoice_id,
            amount=observation.amount,
            status=observation.status,
            received_at=observation.received_at or received_at,
            ticket=ticket,
            credited=observation.credited,
            peak_confirmed=observation.amount if confirmed else None,
            transaction_id=observation.transaction_id,
            details=observation.details,
        )

    def merged_with(self, other: Payment) -> Payment:
        """Join two reports of the same deposit; commutative and associative."""
        newest = max(self, other, key=_age)
        peaks = [
            peak
            for peak in (self.peak_confirmed, other.peak_confirmed)
            if peak is not None
        ]
        return Payment(
            provider=newest.provider,
            external_id=newest.external_id,
            invoice_id=newest.invoice_id,
            amount=newest.amount,
            status=newest.status,
            received_at=min(self.received_at, other.received_at),
            ticket=newest.ticket,
            credited=newest.credited,
            peak_confirmed=max(peaks, key=lambda money: money.amount, default=None),
            transaction_id=newest.transaction_id,
            details=newest.details,
        )

    @property
    def id(self) -> str:
        """Its own id in the API: the provider's id may be long, and tell of others."""
        text = f"{self.provider}\0{self.external_id}"
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    @property
    def is_shrunk(self) -> bool:
        """Whether money that was confirmed once has gone, in part or in whole."""
        if self.peak_confirmed is None:
            return False
        if self.status is PaymentStatus.REVERSED:
            return True
        return self.amount.amount < self.peak_confirmed.amount


@dataclass(frozen=True, slots=True)
class PaymentPlace:
    """Where a payment is found: in which checkout, and by which id."""

    checkout_id: str
    payment_id: str


def _age(payment: Payment) -> tuple[int, int, Decimal, str, str]:
    # Two reports under one ticket that differ: the more cautious one counts, so that
    # their order does not.
    caution = {
        PaymentStatus.CONFIRMED: 0,
        PaymentStatus.DETECTED: 1,
        PaymentStatus.REVERSED: 2,
    }
    return (
        payment.ticket,
        caution[payment.status],
        payment.amount.amount.copy_negate(),
        payment.transaction_id or "",
        # What else may differ, so that no two different reports are equally old.
        json.dumps(
            [str(payment.credited), payment.details], sort_keys=True, default=str
        ),
    )
