"""Times the way the document prints them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

# The document's examples are written in Japan's time.
_ZONE = timezone(timedelta(hours=9))


def to_api_time(moment: datetime | None) -> str | None:
    """Write a time as the document does: 2014-08-08T19:40:12.855+09:00."""
    if moment is None:
        return None
    return moment.astimezone(_ZONE).isoformat(timespec="milliseconds")
