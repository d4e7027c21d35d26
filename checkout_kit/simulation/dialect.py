"""How a provider's API looks from outside: where it is, and how it refuses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Refusal(NamedTuple):
    """An answer in the API's stead: its HTTP status and what it says."""

    status: int
    message: str


def _usual_refusals() -> dict[str, Refusal]:
    return {
        "500": Refusal(500, "Service unavailable."),
        "429": Refusal(429, "Too many requests."),
    }


@dataclass(frozen=True, slots=True)
class Dialect:
    """What makes one provider's errors differ from another's."""

    #: The provider's name, for people.
    title: str
    #: The path before all endpoints of the API; only what is below it can break.
    prefix: str
    #: Makes the provider's error document of an HTTP status and a message.
    to_error: Callable[[int, str], Mapping[str, Any]]
    #: The faults that refuse, by the name of their mode.
    refusals: Mapping[str, Refusal] = field(default_factory=_usual_refusals)
    #: Whether the API's views look at `is_stale()` and can answer from the past.
    lags: bool = False
