"""API keys: who may call the REST API for a store, from where and how."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from checkout_kit.domain.charge import check_text
from checkout_kit.errors import InputError

MAX_NETWORKS = 100


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key of the REST API; it sees its own store's objects only.

    ``sealed_secret`` is encrypted. After a rotation the former secret holds until
    ``previous_until``. An empty ``allowed_networks`` allows every address.
    """

    id: str
    store_id: str
    name: str
    sealed_secret: str = field(repr=False)
    created_at: datetime
    allows_basic: bool = True
    allowed_networks: tuple[str, ...] = ()
    sealed_previous: str | None = field(repr=False, default=None)
    previous_until: datetime | None = None
    revoked_at: datetime | None = None

    def __post_init__(self) -> None:
        check_text("name", self.name, maximum=200, blank=True)
        check_text("store", self.store_id, maximum=64)

    def sealed_secrets(self, now: datetime) -> Sequence[str]:
        """The secrets that hold now, the newest first; none once it is revoked."""
        if self.revoked_at is not None:
            return ()
        if self.sealed_previous is None or self.previous_until is None:
            return (self.sealed_secret,)
        if now >= self.previous_until:
            return (self.sealed_secret,)
        return (self.sealed_secret, self.sealed_previous)

    def allows(self, address: str | None) -> bool:
        """Whether a request may come from an address."""
        return not self.allowed_networks or self.lists(address)

    def lists(self, address: str | None) -> bool:
        """Whether an address is named by the allow-list; an empty one names none."""
        try:
            found = ipaddress.ip_address(address or "")
        except ValueError:
            return False
        # ::ffff:192.0.2.1 is how a server on both protocols tells of 192.0.2.1.
        found = getattr(found, "ipv4_mapped", None) or found
        return any(found in _network(text) for text in self.allowed_networks)


@dataclass(frozen=True, slots=True)
class FoundCaller:
    """A key, and the version that a checkout is at if it is of the key's store."""

    key: ApiKey
    version: int | None = None


def check_networks(texts: Sequence[str]) -> tuple[str, ...]:
    """Read an allow-list of addresses and networks, such as ``192.0.2.0/24``.

    :raises InputError: naming the entry that is neither.
    """
    if len(texts) > MAX_NETWORKS:
        raise InputError("allow", f"holds more than {MAX_NETWORKS} networks")
    networks = []
    for text in texts:
        try:
            networks.append(str(_network(text)))
        except ValueError:
            raise InputError(
                "allow",
                f"{text!r} is not an IP address or network such as 192.0.2.0/24",
            ) from None
    return tuple(dict.fromkeys(networks))


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    return ipaddress.ip_network(text)
