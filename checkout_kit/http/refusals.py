"""Refusals: the provider's own words in an error answer, and what they mean."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from checkout_kit.errors import (
    ProviderAuthError,
    ProviderError,
    ProviderRateLimited,
    ProviderUnavailable,
)

_ABOUT_LIMIT = re.compile(r"\blimit|too many|wait until", re.IGNORECASE)
_ABOUT_ACCESS = re.compile(r"\baccess|permission|not allowed|forbidden", re.IGNORECASE)
_MAX_WORDS = 10


def read_errors(data: Any) -> Sequence[str]:
    """Find the provider's words in the shapes of error that are common.

    ``{"errors": {"price": ["can't be blank"]}}`` and ``{"message": "…"}``; ``errors``
    may be a list or a text, too.
    """
    if not isinstance(data, Mapping):
        return []
    words: list[str] = []
    errors = data.get("errors")
    if isinstance(errors, Mapping):
        for name, problems in list(errors.items())[:_MAX_WORDS]:
            listed = problems if isinstance(problems, list) else [problems]
            words += [f"{name} {text}" for text in listed if isinstance(text, str)]
    elif isinstance(errors, list):
        words += [text for text in errors if isinstance(text, str)]
    elif isinstance(errors, str):
        words.append(errors)
    message = data.get("message")
    if isinstance(message, str):
        words.append(message)
    return words[:_MAX_WORDS]


def explain_outage(error: ProviderUnavailable) -> ProviderError:
    """Tell the three meanings that a status 503 may have apart, by the answer's words.

    For APIs that answer 503 for an outage, a missing right and the usage limit alike.
    An assumption: their documents give no wording. What is not recognised stays an
    outage, after which nobody knows whether the request was processed.
    """
    if error.status != 503 or isinstance(error, ProviderRateLimited):
        return error
    if _ABOUT_LIMIT.search(error.problem):
        return ProviderRateLimited(
            error.provider,
            error.problem,
            status=error.status,
            retry_after=error.retry_after,
        )
    if _ABOUT_ACCESS.search(error.problem):
        return ProviderAuthError(error.provider, error.problem, status=error.status)
    return error
