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
#: The pause after each failed attempt to send something; what failed for two days is
#: given up.
SEND_PAUSES = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 60, 300, 1800, 7200, 18000, 36000, 50400, 57600)
)
SEND_FOR = timedelta(hours=48)
#: The longest wait that a receiver may ask for.
MAX_RETRY_AFTER = timedelta(hours=12)
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


def next_send(
    started_at: datetime, now: datetime, attempts: int, retry_after: int | None = None
) -> datetime | None:
    """When to send something again that has failed; None when it is given up.

    :param attempts: how many failed, this one included.
    :param retry_after: seconds that the receiver wants to be left alone.
    """
    if now >= started_at + SEND_FOR:
        return None
    pause = SEND_PAUSES[min(attempts, len(SEND_PAUSES)) - 1].total_seconds()
    planned = now + _jittered(pause)
    if retry_after is not None:
        asked = now + min(timedelta(seconds=retry_after), MAX_RETRY_AFTER)
        planned = max(planned, asked)
    # The last attempt is made when the time is over, whatever the pauses add up to.
    return min(planned, max(started_at + SEND_FOR, now + timedelta(seconds=1)))


def _jittered(seconds: float) -> timedelta:
    # A tenth either way, so that invoices made together are not checked together.
    return timedelta(seconds=seconds * random.uniform(0.9, 1.1))  # noqa: S311
