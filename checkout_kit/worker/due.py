"""Due work: everything that is to be done by itself, one pass at a time."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from checkout_kit.domain.provider import Clock
from checkout_kit.services.checkouts import Checkouts
from checkout_kit.services.delivering import Delivering
from checkout_kit.services.detection import Detection
from checkout_kit.services.invoicing import Invoicing
from checkout_kit.services.once import OnceOnly
from checkout_kit.services.settling import Settling
from checkout_kit.services.webhooks import WebhookInbox

logger = logging.getLogger("checkout_kit.worker")


@dataclass(frozen=True, slots=True)
class DueReport:
    """How much of what one pass did."""

    invoices_resumed: int = 0
    invoices_checked: int = 0
    checkouts_aged: int = 0
    settlements_tried: int = 0
    events_delivered: int = 0
    webhooks_forgotten: int = 0
    requests_forgotten: int = 0

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__slots__)


@dataclass(frozen=True, slots=True)
class DueWork:
    """Runs what is due; two of it at once do no harm.

    What waits for providers is apart from what only needs the database, so that a slow
    provider delays no event.
    """

    clock: Clock
    invoicing: Invoicing
    detection: Detection
    settling: Settling
    checkouts: Checkouts
    delivering: Delivering
    webhooks: WebhookInbox
    once: OnceOnly

    def run_all(self) -> DueReport:
        """One pass over everything."""
        provider = self.run_provider_work()
        local = self.run_local_work()
        return DueReport(
            invoices_resumed=provider.invoices_resumed,
            invoices_checked=provider.invoices_checked,
            settlements_tried=provider.settlements_tried,
            checkouts_aged=local.checkouts_aged,
            events_delivered=local.events_delivered,
            webhooks_forgotten=local.webhooks_forgotten,
            requests_forgotten=local.requests_forgotten,
        )

    def run_provider_work(self) -> DueReport:
        """Resume invoices, look at open ones, settle. **May move money.**"""
        return DueReport(
            invoices_resumed=_guarded(
                lambda: self.invoicing.resume_due(self.clock.now())
            ),
            invoices_checked=_guarded(self.detection.check_due),
            settlements_tried=_guarded(
                lambda: self.settling.settle_due(self.clock.now())
            ),
        )

    def run_local_work(self) -> DueReport:
        """Let time pass, deliver events, and clear up."""
        return DueReport(
            checkouts_aged=_guarded(
                lambda: self.checkouts.let_time_pass(self.clock.now())
            ),
            events_delivered=_guarded(self.delivering.deliver_due),
            webhooks_forgotten=_guarded(
                lambda: self.webhooks.forget_old(self.clock.now())
            ),
            requests_forgotten=_guarded(lambda: self.once.prune(self.clock.now())),
        )


def _guarded(work: Callable[[], int]) -> int:
    try:
        return work()
    # One kind of work that fails must not stop the others, nor the worker.
    except Exception:
        logger.exception("due work failed; it is tried again")
        return 0
