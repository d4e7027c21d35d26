"""Announcing: whatever changed a checkout, what follows is written in one transaction.

Events, the cached label and settlement orders all come from here, so that no way of
changing a checkout can forget one of them.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.credits import confirmed_credit
from checkout_kit.domain.event import EventEntry
from checkout_kit.domain.invoice import Invoice
from checkout_kit.domain.money import Money
from checkout_kit.domain.settlement import SettlementOrder, SettlementStatus
from checkout_kit.domain.states import CheckoutState, next_change_at
from checkout_kit.services.ports import UnitOfWork

#: Names the plugin that settles an invoice, None if nobody does.
Settler = Callable[[Invoice], "str | None"]


@dataclass(frozen=True, slots=True)
class News:
    """What an event tells besides the checkout as it is."""

    type: str
    data: Mapping[str, Any] = field(default_factory=dict)
    once_key: str | None = None


class Announcer:
    """Writes what follows from a checkout's new state."""

    def __init__(self, settler: Settler) -> None:
        self._settler = settler

    def announce(self, unit: UnitOfWork, checkout_id: str, now: datetime) -> Checkout:
        """Compare a checkout with what was announced last, and write the difference.

        The caller holds the checkout's lock and has written its own changes.
        """
        for checkout in self.announce_all(unit, [checkout_id], now):
            return checkout
        raise LookupError(checkout_id)

    def announce_all(
        self,
        unit: UnitOfWork,
        checkout_ids: Sequence[str],
        now: datetime,
        *,
        changed: Collection[str] | None = None,
        notes: Mapping[str, Sequence[News]] | None = None,
    ) -> Sequence[Checkout]:
        """Do the same for several checkouts at once, in the order of their ids.

        :param changed: the ids of those that were written to, None for all. Of the
            others only what time has changed is written.
        :param notes: what is to be told besides, by the checkout's id.
        """
        before = unit.checkouts.announced(checkout_ids)
        checkouts = unit.checkouts.find_all(checkout_ids, now)
        once = {
            _once_key(type, checkout)
            for checkout in checkouts
            for type in _due_once(checkout, before[checkout.id][1], now)
        }
        # The locks are held, so nobody writes one in between; the unique key would
        # refuse a second one all the same.
        once -= unit.events.known_keys(once) if once else set()
        entries = []
        for checkout in checkouts:
            news = _compare(checkout, before[checkout.id], now, once)
            news += notes.get(checkout.id, ()) if notes else ()
            entries += _entries(checkout, now, news)
            if before[checkout.id][1] and not checkout.is_paid:
                unit.settlements.stop_unsent(checkout.id)
            if checkout.is_paid:
                self._order_settlements(unit, checkout, now)
        unit.events.append_all(entries)
        unit.checkouts.save_announced(
            [
                (checkout, next_change_at(checkout.facts, now))
                for checkout in checkouts
                if changed is None
                or checkout.id in changed
                or before[checkout.id] != (checkout.state, checkout.is_paid)
            ]
        )
        return checkouts

    def note(
        self,
        unit: UnitOfWork,
        checkout: Checkout,
        type: str,
        now: datetime,
        **data: Any,
    ) -> None:
        """Write an event of something that is not a change of the label."""
        unit.events.append_all(_entries(checkout, now, [News(type, data)]))

    def note_unmatched(
        self, unit: UnitOfWork, store_id: str, now: datetime, data: Mapping[str, Any]
    ) -> None:
        """Write that money arrived which fits no invoice."""
        unit.events.append_all(
            [
                EventEntry(
                    event_id=_event_id(),
                    store_id=store_id,
                    checkout_id=None,
                    type="deposit.unmatched",
                    created_at=now,
                    data=data,
                )
            ]
        )

    def _order_settlements(
        self, unit: UnitOfWork, checkout: Checkout, now: datetime
    ) -> None:
        settlers = [(i, self._settler(i)) for i in checkout.invoices]
        if not any(plugin for _, plugin in settlers):
            return
        orders = unit.settlements.of_checkout(checkout.id)
        for invoice, plugin in settlers:
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


def _due_once(checkout: Checkout, was_paid: bool, now: datetime) -> Sequence[str]:
    """The types of events that are due now and may come only once."""
    types = []
    if checkout.is_paid and not was_paid:
        types.append("checkout.paid")
    if checkout.state is CheckoutState.EXPIRED and now >= checkout.expires_at:
        types.append("checkout.expired")
    return types


def _compare(
    checkout: Checkout,
    before: tuple[CheckoutState, bool],
    now: datetime,
    once: set[str],
) -> list[News]:
    """What has changed; ``once`` holds the keys still free."""
    old_state, was_paid = before
    news: list[News] = []
    if checkout.state is not old_state:
        news.append(News("checkout.updated", {"old_state": old_state.value}))
    if was_paid and not checkout.is_paid:
        news.append(News("checkout.reversed"))
    for type in _due_once(checkout, was_paid, now):
        key = _once_key(type, checkout)
        if key in once:
            news.append(News(type, once_key=key))
    return news


def _entries(
    checkout: Checkout, now: datetime, news: Sequence[News]
) -> list[EventEntry]:
    if not news:
        return []
    told = event_data(checkout)
    return [
        EventEntry(
            event_id=_event_id(),
            store_id=checkout.store_id,
            checkout_id=checkout.id,
            type=one.type,
            created_at=now,
            data={**told, **one.data},
            once_key=one.once_key,
        )
        for one in news
    ]


def _once_key(type: str, checkout: Checkout) -> str:
    return f"{type}:{checkout.id}"


def _unsettled(invoice: Invoice, orders: Sequence[SettlementOrder]) -> Money:
    """The confirmed credit of an invoice that no order holds yet, rounded down."""
    currency = invoice.covers.currency
    credit = Money.round_down(confirmed_credit(invoice), currency)
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


def invoice_data(invoice: Invoice) -> Mapping[str, Any]:
    """What an event tells of an invoice."""
    return {
        "invoice_id": invoice.id,
        "provider": invoice.provider,
        "method_id": invoice.method.id,
        "invoice_reference": invoice.reference,
        "amount": invoice.amount.to_text(),
        "asset": str(invoice.amount.currency),
        "expires_at": invoice.expires_at.isoformat(),
    }


def _event_id() -> str:
    return secrets.token_hex(16)
