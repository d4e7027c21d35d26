"""Closing: what a provider keeps for an invoice goes, once nobody watches it."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from checkout_kit.domain.invoice import Invoice
from checkout_kit.errors import CheckoutKitError
from checkout_kit.services.basis import Basis

logger = logging.getLogger("checkout_kit.services")

#: How soon closing is tried again, and for how long after the late window.
RETRY = timedelta(hours=1)
GIVE_UP_AFTER = timedelta(days=7)


class InvoiceCloser:
    """Closes invoices whose late window is over, with their providers.

    Nothing is kept of it: until it has worked, the invoice stays due for a last look,
    so that a crash in between only means another one.
    """

    def __init__(self, basis: Basis) -> None:
        self._providers = basis.providers
        self._policy = basis.policy

    def close(self, invoice: Invoice, now: datetime) -> datetime | None:
        """Close an invoice; called on its provider's thread, outside transactions.

        :return: when to try again, None if that is not needed any more.
        """
        if not self._providers.supports(invoice.provider, "close_invoice"):
            return None
        try:
            self._providers.call_here(
                invoice.provider, "close_invoice", invoice=invoice
            )
        except CheckoutKitError as err:
            if self.is_given_up(invoice, now):
                logger.warning("closing %s is given up: %s", invoice.id, err)
                return None
            logger.info("closing %s failed, tried again: %s", invoice.id, err)
            return now + RETRY
        return None

    def is_given_up(self, invoice: Invoice, now: datetime) -> bool:
        """Whether an invoice that can't be looked at any more is let go."""
        over = invoice.expires_at + self._policy.late_window
        return now >= over + GIVE_UP_AFTER
