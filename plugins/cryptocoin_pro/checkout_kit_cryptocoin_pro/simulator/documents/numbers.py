"""Numbers, times and ids as the examples write them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from ..amounts import to_long_text, to_mixed_text, to_short_text
from ..books import Books
from ..wiring import simulator

NO_PLATFORM = {"code": None, "name": None, "url": None}


def unix(moment: datetime | None) -> int | None:
    """Write a time in Unix seconds."""
    return None if moment is None else int(moment.timestamp())


def long(amount: Decimal) -> str:
    """Write an amount with 25 places, zero as `0`; small ones as the switch says."""
    if simulator().settings.small_numbers == "exponent":
        return to_mixed_text(amount)
    return to_long_text(amount) if amount else "0"


def short(amount: Decimal) -> str:
    """Write an amount with no zeros behind it; small ones as the switch says."""
    if simulator().settings.small_numbers == "exponent":
        return to_mixed_text(amount)
    return to_short_text(amount)


def reference(record_id: str | None, public_id: str | None) -> dict[str, str | None]:
    """Write the two ids of something, both null where there is nothing."""
    return {"id": record_id, "publicId": public_id}


def platform_reference(books: Books, platform_id: str | None) -> dict[str, str] | None:
    """Write whose user did something."""
    found = books.platforms.find(platform_id)
    if found is None:
        return None
    return {"code": found.code, "name": found.name, "url": found.base_url}
