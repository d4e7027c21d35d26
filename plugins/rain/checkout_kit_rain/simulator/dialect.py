"""How Rain's API looks from outside: its path, and errors of `code` and `message`."""

from __future__ import annotations

from typing import Any

from checkout_kit.simulation import Dialect, Refusal

API_PREFIX = "/api/1"
#: The document names the codes 3005 and 3016; all others are made up.
_CODES = {400: 3000, 401: 3001, 403: 3003, 404: 3017}


def to_error(status: int, message: str) -> dict[str, Any]:
    """Return the body of an error."""
    return {"code": _CODES.get(status, 3000 + status), "message": message}


DIALECT = Dialect(
    "Rain",
    API_PREFIX,
    to_error,
    refusals={
        "500": Refusal(500, "Service unavailable"),
        "429": Refusal(429, "Too many requests"),
        "401": Refusal(401, "Not authenticated"),
    },
)
