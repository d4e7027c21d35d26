"""Times the way the document prints them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone


def to_text(moment: datetime, hours: int | None = None) -> str:
    """Write a time with six digits, with `Z` or a numerical offset."""
    if hours is None:
        plain = moment.astimezone(timezone.utc).replace(tzinfo=None)
        return plain.isoformat(timespec="microseconds") + "Z"
    zone = timezone(timedelta(hours=hours))
    return moment.astimezone(zone).isoformat(timespec="microseconds")
