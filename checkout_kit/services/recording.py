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
from checkout_kit.services.announcing import Announcer
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
        # Locks are taken in one order everywhere, so that two batches never deadlock.
        pairs.sort(key=lambda pair: (pair[0].checkout_id, pair[0].id))
        with self._units.write() as unit:
            for invoice, snapshot in pairs:
                self._take_in(unit, invoice, snapshot, started_at)
            for deposit in report.unmatched:
                self._keep_unmatched(unit, provider, self._store_id, deposit)
            unit.commit()

    def _take_in(
        self,
        unit: UnitOfWork,
        invoice: Invoice,
        snapshot: InvoiceSnapshot,
        started_at: datetime,
    ) -> None:
        now = self._clock.now()
        checkout = unit.checkouts.lock(invoice.checkout_id, now)
        if checkout is None:
            return
        arrived = []
        for observation in snapshot.payments:
            problem = _misfit(observation, invoice, checkout)
            if problem is None:
                problem, payment = self._merge(unit, checkout, invoice, observation)
                if payment is not None:
                    arrived.append(payment)
            if problem is not None:
                self._keep_unmatched(
                    unit,
                    invoice.provider,
                    checkout.store_id,
                    _unmatched(observation, invoice, problem),
                )
        unit.invoices.record_check(
            invoice,
            seen=snapshot.seen,
            provider_state=snapshot.provider_state,
            is_complete=snapshot.is_complete,
            checked_at=started_at,
        )
        announced = self._announcer.announce(unit, checkout.id, now)
        for payment in arrived:
            self._announcer.note(
                unit, announced, "payment.detected", now, **payment_data(payment)
            )

    def _merge(
        self,
        unit: UnitOfWork,
        checkout: Checkout,
        invoice: Invoice,
        observation: PaymentObservation,
    ) -> tuple[str | None, Payment | None]:
        """Join an observation with what is known.

        :return: why it can't be, and the payment if it is seen for the first time.
        """
        known = unit.payments.get(
            checkout.store_id, invoice.provider, observation.external_id
        )
        payment = Payment.from_observation(
            observation,
            provider=invoice.provider,
            invoice_id=invoice.id,
            ticket=invoice.check_no,
            # In the buyer's favour: it may have come right after the last look.
            received_at=invoice.checked_at or invoice.created_at,
        )
        if known is None:
            unit.payments.add(checkout.store_id, payment)
            return None, payment
        if known.invoice_id != invoice.id:
            return "the provider reported this deposit for two invoices", None
        merged = known.merged_with(payment)
        if merged != known:
            unit.payments.save(checkout.store_id, merged)
        return None, None

    def _keep_unmatched(
        self,
        unit: UnitOfWork,
        provider: str,
        store_id: str,
        deposit: UnmatchedDeposit,
    ) -> None:
        now = self._clock.now()
        if unit.inbox.add_unmatched(store_id, provider, deposit, now):
            amount = deposit.amount
            self._announcer.note_unmatched(
                unit,
                store_id,
                now,
                {
                    "provider": provider,
                    "external_id": deposit.external_id,
                    "reason": deposit.reason,
                    "amount": amount.to_text() if amount else None,
                    "asset": str(amount.currency) if amount else None,
                },
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
