"""The backend: what the REST API stands on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from checkout_kit.services.once import OnceOnly
from checkout_kit.services.store import Stores
from checkout_kit.web.api.authentication import Authentication
from checkout_kit.web.api.limiting import RateLimits


@dataclass(frozen=True, slots=True)
class Backend:
    """What every request of one app goes through."""

    authentication: Authentication
    limits: RateLimits
    once: OnceOnly
    stores: Stores
    clock: Callable[[], datetime]
    prefix: str = "/api/v1"
