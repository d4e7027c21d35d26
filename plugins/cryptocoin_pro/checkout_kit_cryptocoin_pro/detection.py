"""Detection: looking at a batch of invoices in as few calls as the API allows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from checkout_kit import (
    DetectionReport,
    Invoice,
    InvoiceSnapshot,
    ProviderError,
    UnmatchedDeposit,
)
from checkout_kit_cryptocoin_pro.client import CryptocoinProClient
from checkout_kit_cryptocoin_pro.observing import (
    is_deposit_of,
    observe_deposits,
    observe_stray,
    observe_visits,
)
from checkout_kit_cryptocoin_pro.visits import VisitFinder, Visits


@dataclass(slots=True)
class _Look:
    """The results of one batch so far."""

    snapshots: dict[str, InvoiceSnapshot] = field(default_factory=dict)
    unmatched: dict[str, UnmatchedDeposit] = field(default_factory=dict)
    errors: list[ProviderError] = field(default_factory=list)

    def add(self, invoice: Invoice, observe: Callable[[], InvoiceSnapshot]) -> None:
        """Take an invoice's snapshot in; one that fails is tried alone, later."""
        try:
            self.snapshots[invoice.id] = observe()
        except ProviderError as err:
            self.errors.append(err)


class PaymentDetector:
    """Finds deposits on addresses, and what buyers paid on the provider's page."""

    def __init__(self, client: CryptocoinProClient, visits: VisitFinder) -> None:
        self._client = client
        self._visits = visits

    def detect(self, invoices: Sequence[Invoice]) -> DetectionReport:
        """Look at a batch; an invoice that could not be looked at is left out.

        :raises ProviderError: if none of them could.
        """
        look = _Look()
        deposits = [i for i in invoices if not i.method.variant]
        visited = [i for i in invoices if i.method.variant]
        for found, look_at in (
            (deposits, self._look_at_deposits),
            (visited, self._look_at_visits),
        ):
            if found:
                try:
                    look_at(found, look)
                except ProviderError as err:
                    look.errors.append(err)
        if look.errors and not look.snapshots:
            raise look.errors[0]
        return DetectionReport(look.snapshots, tuple(look.unmatched.values()))

    def _look_at_deposits(self, invoices: Sequence[Invoice], look: _Look) -> None:
        """Read all deposits of the account: one call for the whole batch."""
        listed = self._client.orders.list(operation="deposit")
        # One that can't be read may be anybody's: then nothing is known to be missing.
        is_complete = listed.is_complete and not listed.broken
        for invoice in invoices:
            own = [order for order in listed if is_deposit_of(order, invoice)]
            for order in own:
                stray = observe_stray(invoice, order)
                if stray is not None:
                    look.unmatched[order.id] = stray
            kept = [order for order in own if order.id not in look.unmatched]
            look.add(
                invoice,
                partial(observe_deposits, invoice, kept, is_complete=is_complete),
            )

    def _look_at_visits(self, invoices: Sequence[Invoice], look: _Look) -> None:
        """Read the platform's checkouts, and its orders once there is one of ours."""
        found = self._visits.find(invoices)
        for invoice in invoices:
            look.add(invoice, partial(_observe_visits, invoice, found))


def _observe_visits(
    invoice: Invoice, find: Callable[[Invoice], Visits]
) -> InvoiceSnapshot:
    # Looking an order's checkout up may fail, for this invoice alone.
    return observe_visits(invoice, find(invoice))
