"""Refusals: the API's ``{"code", "message"}`` errors, typed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from checkout_kit import ProviderAuthError, ProviderRefused

#: The application codes that the document names.
USERNAME_EXISTS = 3005
ACCOUNT_NOT_FOUND = 3016

_CODE = re.compile(r"([0-9]{1,9}) ", re.ASCII)


class RainRefused(ProviderRefused):
    """Raised when the API refused a request; ``code`` is its application code."""

    def __init__(self, cause: ProviderRefused) -> None:
        super().__init__(
            cause.provider, cause.problem, status=cause.status, messages=cause.messages
        )
        found = _CODE.match(cause.messages[0]) if cause.messages else None
        self.code = int(found[1]) if found else None


class AccountNotFound(RainRefused):
    """Raised when an account is not, or no longer, there (code 3016)."""


def read_messages(data: Any) -> Sequence[str]:
    """Find the provider's words in ``{"code": 3016, "message": …}``."""
    if not isinstance(data, Mapping):
        return []
    code, message = data.get("code"), data.get("message")
    words = [str(code)] if isinstance(code, int) and abs(code) < 10**9 else []
    words += [message] if isinstance(message, str) else []
    return [" ".join(words)] if words else []


def to_refusal(error: ProviderRefused) -> ProviderRefused:
    """Give a refusal its type; credentials that are not accepted have one already."""
    if isinstance(error, ProviderAuthError):
        return error
    refused = RainRefused(error)
    return AccountNotFound(error) if refused.code == ACCOUNT_NOT_FOUND else refused
