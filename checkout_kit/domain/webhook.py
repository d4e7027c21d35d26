"""Provider webhooks: the raw request that comes in, and what a plugin reads in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """A request to a provider's webhook address, exactly as it came.

    ``path`` is what follows the provider's own webhook address, without a leading
    slash; ``query`` is the raw query string. ``headers`` have lower-case names. The
    body is unverified and bounded.
    """

    method: str
    path: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    remote_address: str | None = None
    query: str = ""


@dataclass(frozen=True, slots=True)
class WebhookNotice:
    """What a webhook tells: which invoices to look at again, nothing about money.

    ``references`` are provider invoice references. ``is_signed`` False marks a ping
    that anybody could have sent: it is answered more rarely.
    """

    references: tuple[str, ...] = ()
    is_signed: bool = True
