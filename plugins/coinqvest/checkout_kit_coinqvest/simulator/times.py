"""Times the way the document prints them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone


def to_w3c(moment: datetime, hours: int = 0) -> str:
    """Return a W3C timestamp with the given offset from UTC, as the document's."""
    zone = timezone(timedelta(hours=hours))
    return moment.astimezone(zone).replace(microsecond=0).isoformat()
