"""What the simulated ledger holds: checkouts, their commits and their deposits."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from .charges import CheckoutRequest
from .markets import CHAINS, Chain

# "We set a 60 minute monitoring window for the payment to complete."
WINDOW = timedelta(minutes=60)


@dataclass(frozen=True, slots=True)
class Commit:
    """The chosen asset of a checkout and where it is to be paid."""

    asset: str
    amount: Decimal
    address: str
    memo: str | None
    destination_tag: str | None
    expires_at: datetime

    @property
    def chain(self) -> Chain:
        """The blockchain of the chosen asset."""
        return CHAINS[self.asset]


@dataclass(slots=True)
class Deposit:
    """One transfer to a checkout's address; the API lists it once confirmed.

    `counted` is what it is worth in the committed asset: for a path payment the
    lumens that arrived, for an asset that can't be credited zero.
    """

    id: str
    number: int
    checkout_id: str
    asset: str
    issuer: str
    amount: Decimal
    counted: Decimal
    timestamp: datetime
    transaction_id: str
    account: str | None
    is_confirmed: bool = False
    is_reversed: bool = False
    is_credited: bool = False

    @property
    def is_live(self) -> bool:
        """Whether its money counts, now or once confirmed."""
        return not self.is_reversed and self.counted > 0

    @property
    def is_diverged(self) -> bool:
        """Whether it can't be credited without the merchant's help."""
        return self.is_confirmed and not self.is_live


@dataclass(frozen=True, slots=True)
class UnmatchedDeposit:
    """A transfer without the right memo or tag: it belongs to no checkout."""

    id: str
    reason: str
    meant_for: str
    asset: str
    amount: Decimal
    address: str
    memo: str | None
    destination_tag: str | None
    timestamp: datetime
    transaction_id: str
    is_confirmed: bool


@dataclass(slots=True)
class Checkout:
    """One checkout of the simulated account."""

    id: str
    number: int
    created_at: datetime
    request: CheckoutRequest
    quotes: dict[str, Decimal]
    hosted_url: str | None = None
    commit: Commit | None = None
    deposits: list[Deposit] = field(default_factory=list)
    is_resolved: bool = False
    #: A confirmed deposit was taken back and is no longer listed.
    lost_a_deposit: bool = False
    #: Its document before the last change; None while it has not changed yet.
    earlier: dict[str, Any] | None = None

    @property
    def deadline(self) -> datetime:
        """When it expires; without a commit the window runs from its creation."""
        return self.commit.expires_at if self.commit else self.created_at + WINDOW

    def sum_counted(self, *, confirmed_only: bool) -> Decimal:
        """Return what was paid, in the committed asset."""
        return sum(
            (
                deposit.counted
                for deposit in self.deposits
                if deposit.is_live and (deposit.is_confirmed or not confirmed_only)
            ),
            Decimal(0),
        )
