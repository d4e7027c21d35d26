"""What the kit gives a provider plugin when it makes one for an app."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time; tests hand in one that they move themselves."""

    def now(self) -> datetime:
        """The present moment, as an aware UTC datetime."""


@dataclass(frozen=True, slots=True)
class ProviderContext:
    """What a plugin knows of the app that it works for.

    ``webhook_url`` is the public address of the provider's webhook route, without a
    trailing slash; whatever a plugin appends to it comes back as the request's path.
    """

    name: str
    webhook_url: str
    clock: Clock
