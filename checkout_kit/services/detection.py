"""Detection: looking at open invoices, in batches, and taking in what is reported."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from checkout_kit.domain.invoice import DetectionReport, Invoice, InvoiceStatus
from checkout_kit.errors import CheckoutKitError, DatabaseBusy
from checkout_kit.services.basis import Basis
from checkout_kit.services.closing import InvoiceCloser
from checkout_kit.services.pacing import TokenBucket
from checkout_kit.services.recording import Recorder
from checkout_kit.services.schedule import after_failure, next_check

logger = logging.getLogger("checkout_kit.services")

#: How long an invoice waits whose provider was asked too often.
PAUSE = timedelta(seconds=1)
#: So many invoices are looked at in one provider call at most.
MAX_BATCH = 250


class Detection:
    """Looks at the invoices whose turn it is.

    Each is claimed first, with the number of its check; a crash in between only means
    that the claim runs out and somebody else looks.
    """

    def __init__(self, basis: Basis, recorder: Recorder) -> None:
        self._units = basis.units
        self._providers = basis.providers
        self._policy = basis.policy
        self._clock = basis.clock
        self._recorder = recorder
        self._closer = InvoiceCloser(basis)
        self._buckets: dict[str, TokenBucket] = {}

    def check_due(self, *, limit: int = MAX_BATCH) -> int:
        """Look at every invoice that is due, all providers at once.

        :return: how many were looked at or tried.
        """
        return self._check(limit=limit, checkout_id=None)

    def check_checkout(self, checkout_id: str) -> int:
        """Look at all invoices of one checkout now; waits for the providers."""
        now = self._clock.now()
        with self._units.write() as unit:
            unit.invoices.make_due(now, checkout_id=checkout_id)
            unit.commit()
        return self._check(limit=MAX_BATCH, checkout_id=checkout_id)

    def _check(self, *, limit: int, checkout_id: str | None) -> int:
        started_at = self._clock.now()
        with self._units.write() as unit:
            claimed = unit.invoices.claim_due(
                started_at,
                status=InvoiceStatus.OPEN,
                limit=limit,
                seconds=int(self._policy.worker_deadline) + 30,
                checkout_id=checkout_id,
            )
            unit.commit()
        batches: dict[str, list[Invoice]] = {}
        for invoice in claimed:
            batches.setdefault(invoice.provider, []).append(invoice)
        calls = []
        deadline = time.monotonic() + self._policy.worker_deadline
        for provider, batch in batches.items():
            # A person who waits for one checkout is not held up by the pace.
            if checkout_id is None and not self._may_ask(provider):
                self._delay(batch)
                continue
            try:
                call = self._providers.start(
                    provider,
                    "detect_payments",
                    then=partial(self._take_in, batch, started_at),
                    invoices=batch,
                )
            except CheckoutKitError as err:
                self._back_off(batch, err)
            else:
                calls.append((call, batch))
        for call, batch in calls:
            try:
                call.wait(deadline - time.monotonic())
            except CheckoutKitError as err:
                self._back_off(batch, err)
        return len(claimed)

    def _take_in(
        self, batch: Sequence[Invoice], started_at: datetime, report: DetectionReport
    ) -> None:
        """Record a report; on the provider's thread, even if nobody waits."""
        recorded = self._record(batch, report, started_at)
        self._back_off([i for i in batch if i.id not in recorded], None)
        now = self._clock.now()
        next_checks = {
            invoice.id: next_check(invoice, now, self._policy)
            # The last look is done: the provider may tidy up.
            or self._closer.close(invoice, now)
            for invoice in batch
            if invoice.id in recorded
        }
        with self._units.write() as unit:
            for invoice_id, next_check_at in sorted(next_checks.items()):
                unit.invoices.schedule(
                    invoice_id, next_check_at=next_check_at, failures=0
                )
            unit.commit()

    def _record(
        self, batch: Sequence[Invoice], report: DetectionReport, started_at: datetime
    ) -> set[str]:
        """Record the whole batch at once, or each invoice alone if one is bad.

        :return: the ids of the invoices whose snapshots were taken in.
        """
        reported = [invoice for invoice in batch if invoice.id in report.snapshots]
        provider = batch[0].provider
        try:
            self._recorder.record(provider, reported, report, started_at)
            return {invoice.id for invoice in reported}
        except DatabaseBusy:
            raise
        # One snapshot that can't be stored must not keep the others from counting.
        except Exception:
            logger.exception("recording %d invoices of %s", len(reported), provider)
        recorded = set()
        for invoice in reported:
            try:
                self._recorder.record(provider, [invoice], report, started_at)
                recorded.add(invoice.id)
            except DatabaseBusy:
                raise
            # As above, now for this invoice alone: it backs off.
            except Exception:
                logger.exception("recording the invoice %s", invoice.id)
        return recorded

    def _may_ask(self, provider: str) -> bool:
        bucket = self._buckets.setdefault(provider, TokenBucket())
        return bucket.take(self._clock.now())

    def _delay(self, invoices: Sequence[Invoice]) -> None:
        """Leave invoices for a moment: their provider was asked often enough."""
        with self._units.write() as unit:
            soon = self._clock.now() + PAUSE
            for invoice in _in_order(invoices):
                failures = unit.invoices.failures(invoice.id)
                unit.invoices.schedule(
                    invoice.id,
                    next_check_at=soon,
                    failures=failures,
                    is_urgent=invoice.is_urgent,
                )
            unit.commit()

    def _back_off(
        self, invoices: Sequence[Invoice], error: CheckoutKitError | None
    ) -> None:
        if not invoices:
            return
        if error is not None:
            logger.warning("looking at %d invoices: %s", len(invoices), error)
        with self._units.write() as unit:
            now = self._clock.now()
            for invoice in _in_order(invoices):
                failures = unit.invoices.failures(invoice.id)
                is_over = self._closer.is_given_up(invoice, now)
                unit.invoices.schedule(
                    invoice.id,
                    next_check_at=None if is_over else after_failure(now, failures),
                    failures=failures + 1,
                )
            unit.commit()


def _in_order(invoices: Sequence[Invoice]) -> list[Invoice]:
    # Rows are locked in the order of their ids everywhere, so nobody deadlocks.
    return sorted(invoices, key=lambda invoice: invoice.id)
