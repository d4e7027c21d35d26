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
from checkout_kit.services.sending import Sending
from checkout_kit.services.settling import Settling
from checkout_kit.services.webhooks import WebhookInbox
from checkout_kit.services.withdrawing import WithdrawalSender
from checkout_kit.worker.lanes import Lanes

logger = logging.getLogger("checkout_kit.worker")


@dataclass(frozen=True, slots=True)
class DueReport:
    """How much of what one pass did."""

    invoices_resumed: int = 0
    invoices_checked: int = 0
    checkouts_aged: int = 0
    settlements_tried: int = 0
    events_delivered: int = 0
    deliveries_sent: int = 0
    webhooks_forgotten: int = 0
    requests_forgotten: int = 0
    deliveries_forgotten: int = 0
    withdrawals_tried: int = 0
    withdrawals_expired: int = 0

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__slots__)


@dataclass(frozen=True, slots=True)
class DueWork:
    """Runs what is due; two of it at once do no harm.

    What waits for providers, or for those who hear of events, is apart from what only
    needs the database, so that nobody who is slow delays an event.
    """

    clock: Clock
    invoicing: Invoicing
    detection: Detection
    settling: Settling
    checkouts: Checkouts
    delivering: Delivering
    webhooks: WebhookInbox
    once: OnceOnly
    sending: Sending
    lanes: Lanes
    sender: WithdrawalSender

    def run_all(self) -> DueReport:
        """One pass over everything."""
        provider = self.run_provider_work()
        local = self.run_local_work()
        return DueReport(
            invoices_resumed=provider.invoices_resumed,
            invoices_checked=provider.invoices_checked,
            settlements_tried=provider.settlements_tried,
            withdrawals_tried=provider.withdrawals_tried,
            checkouts_aged=local.checkouts_aged,
            events_delivered=local.events_delivered,
            deliveries_sent=_guarded(self.lanes.send_all),
            webhooks_forgotten=local.webhooks_forgotten,
            requests_forgotten=local.requests_forgotten,
            deliveries_forgotten=local.deliveries_forgotten,
            withdrawals_expired=local.withdrawals_expired,
        )

    def run_provider_work(self) -> DueReport:
        """Resume invoices, look at open ones, settle, send. **May move money.**"""
        return DueReport(
            invoices_resumed=_guarded(
                lambda: self.invoicing.resume_due(self.clock.now())
            ),
            invoices_checked=_guarded(self.detection.check_due),
            settlements_tried=_guarded(
                lambda: self.settling.settle_due(self.clock.now())
            ),
            withdrawals_tried=_guarded(lambda: self.sender.send_due(self.clock.now())),
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
            deliveries_forgotten=_guarded(self.sending.forget_old),
            withdrawals_expired=_guarded(
                lambda: self.sender.expire_due(self.clock.now())
            ),
        )

    def run_outgoing_work(self) -> DueReport:
        """Start sending what is due; it goes on in threads of its own."""
        return DueReport(deliveries_sent=_guarded(self.lanes.start_due))


def _guarded(work: Callable[[], int]) -> int:
    try:
        return work()
    # One kind of work that fails must not stop the others, nor the worker.
    except Exception:
        logger.exception("due work failed; it is tried again")
        return 0
