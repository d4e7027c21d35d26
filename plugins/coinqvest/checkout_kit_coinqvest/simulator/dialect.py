"""How COINQVEST's API looks from outside: its path, and its form of `errors`."""

from __future__ import annotations

from typing import Any

from checkout_kit.simulation import Dialect

API_PREFIX = "/api/v1"


def to_error(status: int, *reasons: str) -> dict[str, Any]:
    """Return the body of an error."""
    return {"errors": list(reasons)}


DIALECT = Dialect("COINQVEST", API_PREFIX, to_error, lags=True)
