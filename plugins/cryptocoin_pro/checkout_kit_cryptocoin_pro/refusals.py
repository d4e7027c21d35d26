"""Refusals: five shapes of error and many statuses, as the kit's own errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from checkout_kit import ProviderAuthError, ProviderRefused
from checkout_kit.http import read_errors

#: Words of a 403 or 409 that are about who asks, not about what is asked for.
_ABOUT_ACCESS = (
    "this action is unauthorized",
    "your account is inactive",
    "unauthenticated",
    "wrong password",
    "no valid data sent",
)

#: What in an answer lets whoever has it in: tokens, alone and in links, some of them
#: broken by blanks and asterisks.
SECRET_PATTERNS = (
    r"eyJ[\w*-]+(?:\.[\w*-]+){1,2}",
    r"(?<=signature=)[\w*]+",
    r"""(?<="token":")[^"]{8,}""",
    r"""(?<="id":")[A-Za-z0-9]{50,}""",
)


class QuoteRefused(ProviderRefused):
    """Raised when a quote can't be confirmed: it has expired or was used before."""


def read_messages(data: Any) -> Sequence[str]:
    """Find the provider's words.

    ``{"error": …}``, ``{"message": …}``, and the latter with ``errors`` that are empty,
    hold lists, or hold a plain text.
    """
    error = data.get("error") if isinstance(data, Mapping) else None
    words = [error] if isinstance(error, str) else []
    return [*words, *read_errors(data)]


def to_refusal(error: ProviderRefused) -> ProviderRefused:
    """Say what a refusal is about: the API answers 403 for nearly everything."""
    words = " ".join(error.messages).lower()
    about_access = any(known in words for known in _ABOUT_ACCESS)
    if error.status == 401 or about_access or not words:
        kind: type[ProviderRefused] = ProviderAuthError
        if error.status not in (401, 403, 409):
            kind = type(error)
    elif "quote has expired" in words or "quote is already processed" in words:
        kind = QuoteRefused
    else:
        kind = ProviderRefused
    if kind is type(error):
        return error
    problem = f"refused (status {error.status})"
    if error.messages:
        problem = f"{problem}: {'; '.join(error.messages)}"
    return kind(error.provider, problem, status=error.status, messages=error.messages)
