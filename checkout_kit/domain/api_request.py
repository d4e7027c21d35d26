"""Requests of the REST API that came with an idempotency key."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ApiAnswer:
    """What a request was answered: the HTTP status and the JSON text."""

    status: int
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class KnownRequest:
    """A request under an idempotency key.

    ``fingerprint`` tells it from another request under the same key. What it does is
    done under ``operation_key``, however often it has to be taken up again.
    ``is_claimed`` says that somebody is busy with it; ``answer`` is None until it is
    finished.
    """

    fingerprint: str
    operation_key: str
    is_claimed: bool = True
    answer: ApiAnswer | None = None
