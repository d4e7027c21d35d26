"""Announcing: whatever changed a checkout, what follows is written in one transaction.

Events, the cached label and settlement orders all come from here, so that no way of
changing a checkout can forget one of them.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.invoice import Invoice
from checkout_kit.domain.money import Money
from checkout_kit.domain.settlement import SettlementOrder, SettlementStatus
from checkout_kit.domain.states import CheckoutState, invoice_credit, next_change_at
from checkout_kit.services.ports import UnitOfWork

#: Names the plugin that settles an invoice, None if nobody does.
Settler = Callable[[Invoice], "str | None"]


class Announcer:
    """Writes what follows from a checkout's new state."""

    def __init__(self, settler: Settler) -> None:
        self._settler = settler

    def announce(self, unit: UnitOfWork, checkout_id: str, now: datetime) -> Checkout:
        """Compare a checkout with what was announced last, and write the difference.

        The caller holds the checkout's lock and has written its own changes.
        """
        checkout = unit.checkouts.find_by_id(checkout_id, now)
        if checkout is None:
            raise LookupError(checkout_id)
        old_state, was_paid = unit.checkouts.announced(checkout_id)
        if checkout.state is not old_state:
            self._write(
                unit, checkout, "checkout.updated", now, old_state=old_state.value
            )
        if checkout.is_paid and not was_paid:
            self._write_once(unit, checkout, "checkout.paid", now)
        if was_paid and not checkout.is_paid:
            self._write(unit, checkout, "checkout.reversed", now)
            unit.settlements.stop_unsent(checkout_id)
        if checkout.state is CheckoutState.EXPIRED and now >= checkout.expires_at:
            self._write_once(unit, checkout, "checkout.expired", now)
        if checkout.is_paid:
            self._order_settlements(unit, checkout, now)
        unit.checkouts.save_announced(
            checkout, next_change_at=next_change_at(checkout.facts, now)
        )
        return checkout

    def note(
        self,
        unit: UnitOfWork,
        checkout: Checkout,
        type: str,
        now: datetime,
        **data: Any,
    ) -> None:
        """Write an event of something that is not a change of the label."""
        self._write(unit, checkout, type, now, **data)

    def note_unmatched(
        self, unit: UnitOfWork, store_id: str, now: datetime, data: Mapping[str, Any]
    ) -> None:
        """Write that money arrived which fits no invoice."""
        unit.events.append(
            event_id=_event_id(),
            store_id=store_id,
            checkout_id=None,
            type="deposit.unmatched",
            created_at=now,
            data=data,
            once_key=None,
        )

    def _write(
        self,
        unit: UnitOfWork,
        checkout: Checkout,
        type: str,
        now: datetime,
        *,
        once_key: str | None = None,
        **data: Any,
    ) -> None:
        unit.events.append(
            event_id=_event_id(),
            store_id=checkout.store_id,
            checkout_id=checkout.id,
            type=type,
            created_at=now,
            data={**event_data(checkout), **data},
            once_key=once_key,
        )

    def _write_once(
        self, unit: UnitOfWork, checkout: Checkout, type: str, now: datetime
    ) -> None:
        # The checkout's lock is held, so nobody writes it in between; the unique key
        # would refuse a second one all the same.
        once_key = f"{type}:{checkout.id}"
        if not unit.events.has_key(once_key):
            self._write(unit, checkout, type, now, once_key=once_key)

    def _order_settlements(
        self, unit: UnitOfWork, checkout: Checkout, now: datetime
    ) -> None:
        orders = unit.settlements.of_checkout(checkout.id)
        for invoice in checkout.invoices:
            plugin = self._settler(invoice)
            if plugin is None:
                continue
            mine = [order for order in orders if order.invoice_id == invoice.id]
            amount = _unsettled(invoice, mine)
            if amount.amount <= 0:
                continue
            unit.settlements.add(
                checkout.store_id,
                checkout.id,
                SettlementOrder(
                    invoice_id=invoice.id,
                    sequence=max((order.sequence for order in mine), default=0) + 1,
                    plugin=plugin,
                    amount=amount,
                    status=SettlementStatus.INTENDED,
                    created_at=now,
                ),
                next_attempt_at=now,
            )


def _unsettled(invoice: Invoice, orders: Sequence[SettlementOrder]) -> Money:
    """The confirmed credit of an invoice that no order holds yet, rounded down."""
    currency = invoice.covers.currency
    credit = Money.round_down(invoice_credit(invoice, confirmed_only=True), currency)
    held = Money.total(
        (
            order.amount
            for order in orders
            if order.status is not SettlementStatus.STOPPED
        ),
        currency,
    )
    return credit - held


def event_data(checkout: Checkout) -> dict[str, Any]:
    """What every event of a checkout tells of it."""
    status = checkout.status
    cancelled_at = checkout.cancelled_at
    return {
        "checkout_id": checkout.id,
        "reference": checkout.reference,
        "metadata": dict(checkout.metadata),
        "state": status.state.value,
        "amount_axis": status.amount.value,
        "time_axis": status.time.value,
        "finality_axis": status.finality.value,
        "is_paid": status.is_paid,
        "is_late": status.is_late,
        "currency": checkout.total.currency.code,
        "total": checkout.total.to_text(),
        "amount_due": status.amount_due.to_text(),
        "amount_over": status.amount_over.to_text(),
        "cancelled_at": cancelled_at.isoformat() if cancelled_at else None,
    }


def _event_id() -> str:
    return secrets.token_hex(16)
