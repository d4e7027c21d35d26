"""The schedule: when something is looked at or tried next; pure but for its jitter."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from checkout_kit.domain.invoice import Invoice
from checkout_kit.services.policy import Policy

#: An invoice is not looked at more often than this, whatever asks for it.
MIN_INTERVAL = timedelta(seconds=2)
#: The same for pings that anybody could send.
MIN_INTERVAL_UNSIGNED = timedelta(seconds=10)
#: How often an invoice is looked at while its page is open.
PAGE_INTERVAL = timedelta(seconds=5)


def next_check(invoice: Invoice, now: datetime, policy: Policy) -> datetime | None:
    """When to look at an open invoice again; None when its late window is over.

    The older it is the rarer: a tenth of its age, from 5 s to 60 s while it may be
    paid in time, up to an hour after that.
    """
    if now >= invoice.expires_at + policy.late_window:
        return None
    longest = 60.0 if now < invoice.expires_at else 3600.0
    age = (now - invoice.created_at).total_seconds()
    return now + _jittered(min(max(age / 10, 5.0), longest))


def after_failure(now: datetime, failures: int) -> datetime:
    """When to try again after so many failures in a row: 5 s, doubling to 15 min."""
    return now + _jittered(min(5.0 * 2 ** min(failures, 12), 900.0))


def next_settlement(created_at: datetime, now: datetime) -> datetime:
    """When to ask again for a settlement that was not ready: up to once an hour."""
    age = (now - created_at).total_seconds()
    return now + _jittered(min(max(age / 10, 5.0), 3600.0))


def _jittered(seconds: float) -> timedelta:
    # A tenth either way, so that invoices made together are not checked together.
    return timedelta(seconds=seconds * random.uniform(0.9, 1.1))  # noqa: S311
