"""The policy: how long things last and how much is enough, as the shop set it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Policy:
    """Durations and limits that the services go by."""

    payment_window: timedelta = timedelta(minutes=60)
    checkout_window: timedelta = timedelta(hours=24)
    late_window: timedelta = timedelta(days=7)
    #: How long the delivery log is kept, and what was delivered.
    delivery_retention: timedelta = timedelta(days=30)
    quote_lifetime: timedelta = timedelta(minutes=5)
    #: How long a withdrawal that is not committed stays to be committed.
    withdrawal_window: timedelta = timedelta(minutes=15)
    underpayment_tolerance: Decimal = Decimal(0)
    #: The part of an indicative quote that its invoice may differ from it by.
    largest_deviation: Decimal = Decimal("0.10")
    #: Seconds that a page waits for a provider.
    provider_deadline: float = 10.0
    #: Seconds that the worker waits for a provider, which nobody watches.
    worker_deadline: float = 60.0
    #: The plugin that settles for all providers, or provider → the one that settles
    #: for it; any other settles for itself.
    settled_by: str | Mapping[str, str] | None = None
    store_id: str = "default"
    #: The store whose money the providers' accounts hold: it alone may withdraw it.
    account_store_id: str = "default"

    def settler_for(self, provider: str) -> str:
        """The plugin that credits the merchant for what a provider took in."""
        if isinstance(self.settled_by, str):
            return self.settled_by
        return (self.settled_by or {}).get(provider, provider)
