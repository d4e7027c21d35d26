"""Recording: a provider's report becomes payments, states and events, or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.invoice import (
    DetectionReport,
    Invoice,
    InvoiceSnapshot,
    UnmatchedDeposit,
)
from checkout_kit.domain.payment import Payment, PaymentObservation
from checkout_kit.services.announcing import Announcer, News
from checkout_kit.services.basis import Basis
from checkout_kit.services.ports import UnitOfWork


class Recorder:
    """Takes in what providers report.

    A payment, the new state and its events are one transaction, behind the lock of the
    checkout. Reports may come twice and in any order.
    """

    def __init__(self, basis: Basis, announcer: Announcer) -> None:
        self._units = basis.units
        self._clock = basis.clock
        self._store_id = basis.policy.store_id
        self._announcer = announcer

    def record(
        self,
        provider: str,
        invoices: Sequence[Invoice],
        report: DetectionReport,
        started_at: datetime,
    ) -> None:
        """Take in a report on claimed invoices.

        :param started_at: when the check began: the time of deposits without one.
        """
        pairs = [
            (invoice, report.snapshots[invoice.id])
            for invoice in invoices
            if invoice.id in report.snapshots
        ]
        # Checkouts are locked first, then invoices, each in the order of their ids as
        # everywhere, so that two batches never deadlock.
        pairs.sort(key=lambda pair: pair[0].id)
        with self._units.write() as unit:
            if pairs:
                self._take_in(unit, provider, pairs, started_at)
            for deposit in report.unmatched:
                self._keep_unmatched(unit, provider, self._store_id, deposit)
            unit.commit()

    def _take_in(
        self,
        unit: UnitOfWork,
        provider: str,
        pairs: Sequence[tuple[Invoice, InvoiceSnapshot]],
        started_at: datetime,
    ) -> None:
        """Take in all snapshots with a few statements, however many there are."""
        now = self._clock.now()
        wanted = sorted({invoice.checkout_id for invoice, _ in pairs})
        checkouts = {c.id: c for c in unit.checkouts.lock_all(wanted, now)}
        pairs = [pair for pair in pairs if pair[0].checkout_id in checkouts]
        changed = {
            checkout_id
            for (invoice, snapshot) in pairs
            if _is_news(checkouts[(checkout_id := invoice.checkout_id)], snapshot)
        }
        ledger = _Ledger(unit, provider, [snapshot for _, snapshot in pairs])
        for invoice, snapshot in pairs:
            checkout = checkouts[invoice.checkout_id]
            for observation in snapshot.payments:
                problem = _misfit(observation, invoice, checkout)
                if problem is None:
                    problem = ledger.merge(checkout.store_id, invoice, observation)
                if problem is not None:
                    deposit = _unmatched(observation, invoice, problem)
                    self._keep_unmatched(unit, provider, checkout.store_id, deposit)
        ledger.write()
        unit.invoices.record_checks(pairs, checked_at=started_at)
        notes: dict[str, list[News]] = {}
        for checkout_id, payment in ledger.arrived():
            news = News("payment.detected", payment_data(payment))
            notes.setdefault(checkout_id, []).append(news)
        self._announcer.announce_all(
            unit, sorted(checkouts), now, changed=changed, notes=notes
        )

    def _keep_unmatched(
        self,
        unit: UnitOfWork,
        provider: str,
        store_id: str,
        deposit: UnmatchedDeposit,
    ) -> None:
        now = self._clock.now()
        if unit.inbox.add_unmatched(store_id, provider, deposit, now):
            self._announcer.note_unmatched(
                unit, store_id, now, unmatched_data(provider, deposit)
            )


class _Ledger:
    """The payments that a batch of snapshots tells of, read and written at once."""

    def __init__(
        self, unit: UnitOfWork, provider: str, snapshots: Sequence[InvoiceSnapshot]
    ) -> None:
        self._payments = unit.payments
        reported = {p.external_id for snapshot in snapshots for p in snapshot.payments}
        self._known = (
            dict(unit.payments.find(provider, sorted(reported))) if reported else {}
        )
        self._checkouts: dict[str, str] = {}
        self._new: dict[tuple[str, str], Payment] = {}
        self._changed: dict[tuple[str, str], Payment] = {}

    def merge(
        self, store_id: str, invoice: Invoice, observation: PaymentObservation
    ) -> str | None:
        """Join an observation with what is known.

        :return: why it can't be, None if it can.
        """
        payment = Payment.from_observation(
            observation,
            provider=invoice.provider,
            invoice_id=invoice.id,
            ticket=invoice.check_no,
            # In the buyer's favour: it may have come right after the last look.
            received_at=invoice.checked_at or invoice.created_at,
        )
        self._checkouts[invoice.id] = invoice.checkout_id
        key = (store_id, payment.external_id)
        known = self._known.get(key)
        if known is None:
            self._known[key] = self._new[key] = payment
            return None
        if known.invoice_id != invoice.id:
            return "the provider reported this deposit for two invoices"
        merged = known.merged_with(payment)
        if merged != known:
            target = self._new if key in self._new else self._changed
            self._known[key] = target[key] = merged
        return None

    def write(self) -> None:
        """Write what is new and what has changed."""
        self._payments.add_all([(key[0], new) for key, new in self._new.items()])
        for (store_id, _), payment in self._changed.items():
            self._payments.save(store_id, payment)

    def arrived(self) -> Sequence[tuple[str, Payment]]:
        """The payments seen for the first time, each with its checkout's id."""
        return [(self._checkouts[p.invoice_id], p) for p in self._new.values()]


def _is_news(checkout: Checkout, snapshot: InvoiceSnapshot) -> bool:
    """Whether a snapshot may change what is known; one of nothing, twice, does not."""
    if snapshot.seen or snapshot.payments or snapshot.wants_proof:
        return True
    return any(
        invoice.seen or invoice.payments or invoice.wants_proof
        for invoice in checkout.invoices
    )


def _misfit(
    observation: PaymentObservation, invoice: Invoice, checkout: Checkout
) -> str | None:
    """Why a deposit can't count for an invoice, None if it can."""
    if observation.amount.currency != invoice.amount.currency:
        return "it is in another currency than the invoice, or of another issuer"
    credited = observation.credited
    if credited is not None and credited.currency != checkout.charge.currency:
        return "it was credited in another currency than the charge's"
    return None


def _unmatched(
    observation: PaymentObservation, invoice: Invoice, problem: str
) -> UnmatchedDeposit:
    return UnmatchedDeposit(
        external_id=observation.external_id,
        reason=problem,
        amount=observation.amount,
        received_at=observation.received_at,
        details={
            **observation.details,
            "invoice_id": invoice.id,
            "transaction_id": observation.transaction_id,
        },
    )


def payment_data(payment: Payment) -> Mapping[str, Any]:
    """What an event tells of a payment."""
    return {
        "provider": payment.provider,
        "external_id": payment.external_id,
        "invoice_id": payment.invoice_id,
        "amount": payment.amount.to_text(),
        "asset": str(payment.amount.currency),
        "status": payment.status.value,
        "received_at": payment.received_at.isoformat(),
    }


def unmatched_data(provider: str, deposit: UnmatchedDeposit) -> Mapping[str, Any]:
    """What an event tells of money that fits no invoice."""
    amount = deposit.amount
    return {
        "provider": provider,
        "external_id": deposit.external_id,
        "reason": deposit.reason,
        "amount": amount.to_text() if amount else None,
        "asset": str(amount.currency) if amount else None,
    }
