"""How Quoine Exchange's API looks from outside: its path, and how it fails."""

from __future__ import annotations

from typing import Any

from checkout_kit.simulation import Dialect, Refusal

API_PREFIX = "/vendor"


def to_error(status: int, message: str) -> dict[str, Any]:
    """Return the body of an error that is about no single field.

    The document's chapter on errors is missing; the form is its sister document's.
    """
    return {"status": "fail", "message": message}


DIALECT = Dialect(
    "Quoine Exchange",
    API_PREFIX,
    to_error,
    refusals={
        "429": Refusal(429, "Too many requests in a given amount of time."),
        "500": Refusal(500, "Something went wrong."),
        # Status 503 means three things in the document.
        "503_internal": Refusal(503, "An internal error on Authy."),
        "503_access": Refusal(
            503, "Your application is accessing an API call you don't have access to."
        ),
        "503_limit": Refusal(
            503, "API usage limit reached, please wait until you can do the call again."
        ),
    },
)
