"""Checkouts: one order's way to being paid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from checkout_kit.domain.charge import Charge
from checkout_kit.domain.currency import Currency
from checkout_kit.domain.invoice import Invoice
from checkout_kit.domain.money import Money
from checkout_kit.domain.states import (
    CheckoutFacts,
    CheckoutState,
    CheckoutStatus,
    ResolveMark,
    newest_invoice,
)


@dataclass(frozen=True, slots=True)
class Checkout:
    """One order's way to being paid.

    ``id`` is for logs, the API and return URLs. ``token`` is only in the page's URL
    and grants to view, choose and cancel: it is left out of the repr and never logged.
    ``is_hosted`` False means that the shop shows the payment itself.
    ``status`` is derived from the rest when the checkout is read, never stored.
    ``version`` counts what changed of it, of its invoices and of their payments.
    """

    id: str
    token: str = field(repr=False)
    store_id: str
    charge: Charge
    settlement_currency: Currency
    created_at: datetime
    expires_at: datetime
    tolerance: Decimal
    status: CheckoutStatus
    url: str = field(repr=False, default="")
    reference: str | None = None
    return_url: str | None = None
    cancel_url: str | None = None
    webhook_url: str | None = None
    #: The key of the REST API that made it, whose secret signs its webhook.
    api_key_id: str | None = None
    customer: Mapping[str, Any] = field(default_factory=dict, repr=False)
    metadata: Mapping[str, Any] = field(default_factory=dict, repr=False)
    cancelled_at: datetime | None = None
    resolve_mark: ResolveMark | None = None
    is_hosted: bool = True
    #: What a donation is for, as its signed offer says.
    campaign: str | None = None
    #: The id of the payment link that it was opened by.
    link_id: str | None = None
    invoices: tuple[Invoice, ...] = field(default=(), repr=False)
    version: int = 1

    @property
    def state(self) -> CheckoutState:
        """The label; compare it with :class:`CheckoutState`."""
        return self.status.state

    @property
    def is_paid(self) -> bool:
        """Whether the order may be fulfilled."""
        return self.status.is_paid

    @property
    def total(self) -> Money:
        """What the buyer has to pay in all."""
        return self.status.total

    @property
    def amount_due(self) -> Money:
        """What is still to pay, rounded up to the charge currency's minor unit."""
        return self.status.amount_due

    @property
    def invoice(self) -> Invoice | None:
        """The newest invoice, which is the one that the buyer is shown."""
        return newest_invoice(self.invoices)

    @property
    def unproven_invoice(self) -> Invoice | None:
        """The newest invoice that a proof of payment is wanted for, while unpaid."""
        wanted = [i for i in self.invoices if i.wants_proof]
        if self.is_paid or not wanted:
            return None
        return max(wanted, key=lambda invoice: (invoice.created_at, invoice.id))

    @property
    def facts(self) -> CheckoutFacts:
        """What the state depends on."""
        return CheckoutFacts(
            total=self.total,
            tolerance=self.tolerance,
            expires_at=self.expires_at,
            invoices=self.invoices,
            cancelled_at=self.cancelled_at,
            resolve_mark=self.resolve_mark,
        )
