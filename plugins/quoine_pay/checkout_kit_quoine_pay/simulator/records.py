"""What the simulated account holds: invoices, and the deposits to their addresses."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

#: "newly created invoice will expire in 30 minutes"
WINDOW = timedelta(minutes=30)
#: "unconfirmed for more than 3 hours"
CONFIRMATION_LIMIT = timedelta(hours=3)
#: How long the sale takes; the document says nothing.
CAPTURE_TIME = timedelta(seconds=15)


@dataclass(slots=True)
class Deposit:
    """One transfer to an invoice's address.

    While it is only announced, the network has seen it and the balance has not.
    """

    amount: Decimal
    at: datetime
    is_confirmed: bool = False
    is_announced: bool = False
    is_reversed: bool = False

    @property
    def counts(self) -> bool:
        """Whether it is in the balance."""
        return not (self.is_reversed or self.is_announced)


@dataclass(slots=True)
class Invoice:
    """One invoice; ``status`` is what the API calls its system_status."""

    id: int
    price: Decimal
    currency: str
    btc_price: Decimal
    address: str
    created_at: datetime
    expires_at: datetime
    updated_at: datetime
    name: str | None = None
    data: str | None = None
    status: str = "ready"
    deposits: list[Deposit] = field(default_factory=list)
    confirmed_at: datetime | None = None
    #: A full payment was seen and has gone.
    was_lost: bool = False

    def balance(self, *, confirmed_only: bool = False) -> Decimal:
        """Return what its address holds."""
        return sum(
            (
                deposit.amount
                for deposit in self.deposits
                if deposit.counts and (deposit.is_confirmed or not confirmed_only)
            ),
            Decimal(0),
        )

    @property
    def paid_at(self) -> datetime | None:
        """When the balance became enough."""
        total = Decimal(0)
        for deposit in sorted(self.deposits, key=lambda found: found.at):
            if deposit.counts:
                total += deposit.amount
                if total >= self.btc_price:
                    return deposit.at
        return None

    @property
    def is_announced(self) -> bool:
        """Whether a deposit was seen that is not in the balance yet."""
        return any(d.is_announced and not d.is_reversed for d in self.deposits)
