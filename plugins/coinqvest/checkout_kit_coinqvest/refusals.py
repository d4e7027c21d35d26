"""Refusals: what the API's own words in an error answer mean.

The document gives no HTTP status for any error, so the words have to do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from checkout_kit import ProviderAuthError, ProviderRefused

_UNAVAILABLE = re.compile(r"service (is )?(temporarily )?unavailable", re.IGNORECASE)
_ABOUT_AUTH = re.compile(r"auth|signature|digest|timestamp|credential", re.IGNORECASE)


def read_errors(data: Any) -> Sequence[str]:
    """Find the provider's words in ``{"errors": [...]}``."""
    errors = data.get("errors") if isinstance(data, Mapping) else None
    if isinstance(errors, str):
        return [errors]
    return errors if isinstance(errors, list) else []


def is_about_credentials(error: ProviderRefused) -> bool:
    """Whether a refusal may come from our credentials, or from our clock."""
    if isinstance(error, ProviderAuthError):
        return True
    return any(_ABOUT_AUTH.search(message) for message in error.messages)


def is_outage(messages: Sequence[str]) -> bool:
    """Whether the words mean that the API is down, whatever the status says."""
    return any(_UNAVAILABLE.search(message) for message in messages)
