"""Webhooks in: verified, remembered, and answered without calling anybody."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from checkout_kit.domain.webhook import WebhookNotice, WebhookRequest
from checkout_kit.errors import NotFoundError
from checkout_kit.services.basis import Basis
from checkout_kit.services.schedule import MIN_INTERVAL, MIN_INTERVAL_UNSIGNED

#: A webhook that is replayed later than this only has its invoice looked at once more.
KEEP_DIGESTS = timedelta(days=30)


class WebhookInbox:
    """Takes providers' webhooks in.

    A webhook only says where to look: the invoices it names become due at once, and the
    worker asks the provider. Nothing that it says of money is used.
    """

    def __init__(self, basis: Basis) -> None:
        self._units = basis.units
        self._providers = basis.providers
        self._clock = basis.clock

    def receive(self, provider: str, request: WebhookRequest) -> None:
        """Take a webhook in; the very same one again changes nothing.

        :raises NotFoundError: if there is no such provider, or it has no webhooks.
        :raises WebhookRefused: if it is not genuine.
        """
        if not self._providers.supports(provider, "parse_webhook"):
            raise NotFoundError("webhook", provider)
        notice: WebhookNotice | None = self._providers.call_here(
            provider, "parse_webhook", request=request
        )
        if notice is None:
            return
        now = self._clock.now()
        interval = MIN_INTERVAL if notice.is_signed else MIN_INTERVAL_UNSIGNED
        with self._units.write() as unit:
            # Unsigned pings are not kept, or anybody could fill the table: only the
            # pause between checks holds them.
            is_new = not notice.is_signed or unit.inbox.remember_webhook(
                provider, _digest(notice, request), now
            )
            if is_new:
                named = unit.invoices.by_references(provider, notice.references)
                for invoice in sorted(named, key=lambda invoice: invoice.id):
                    # A check under way may have been answered before this came. It is
                    # asked for first: the check may end between the two statements.
                    unit.invoices.make_due_again(invoice.id, now + interval)
                    # Postponed, not dropped: it may tell what the last check missed.
                    due_at = max(now, (invoice.checked_at or now - interval) + interval)
                    unit.invoices.make_due(
                        due_at, invoice_ids=[invoice.id], not_checked_since=due_at
                    )
            unit.commit()

    def forget_old(self, now: datetime, *, limit: int = 500) -> int:
        """Drop a batch of digests that are older than :data:`KEEP_DIGESTS`.

        :return: how many are gone.
        """
        before = now - KEEP_DIGESTS
        with self._units.read() as unit:
            # Nearly always there is nothing to do, and nobody is to wait for that.
            if not unit.inbox.has_webhooks(before):
                return 0
        with self._units.write() as unit:
            forgotten = unit.inbox.forget_webhooks(before, limit=limit)
            unit.commit()
        return forgotten


def _digest(notice: WebhookNotice, request: WebhookRequest) -> str:
    """Tell a replay from news by what was verified.

    The path is left out: no provider signs it, so each change to it would make the same
    webhook new. A webhook without a body says everything in its query.
    """
    parts = [*(reference.encode() for reference in notice.references), b""]
    parts.append(request.body or request.query.encode("utf-8", "replace"))
    return hashlib.sha256(b"\x00".join(parts)).hexdigest()
