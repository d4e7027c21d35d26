"""The guard: what goes to addresses that others chose stays on the public Internet."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from checkout_kit.domain.web_address import check_web_address
from checkout_kit.errors import InputError, TargetRefused

#: What ``socket.getaddrinfo`` answers, and what a test may answer in its place.
Resolver = Callable[..., Sequence[tuple[Any, ...]]]
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

PUBLIC_PORTS = frozenset({443, 8443})
EVERYWHERE = ("0.0.0.0/0", "::/0")
# ``is_global`` alone is not enough: it is true for multicast, NAT64 and 6to4, and
# differs between versions of Python. So what is public is named, not what is private.
_IP6_PUBLIC = ipaddress.IPv6Network("2000::/3")
_NEVER = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # carriers' own
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local: clouds' metadata
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",  # multicast, reserved, broadcast
        "2001::/23",  # Teredo, ORCHID and other protocols of their own
        "2001:db8::/32",
        "2002::/16",  # 6to4: an IPv4 address inside
        "3fff::/20",
    )
)
# ISATAP puts an IPv4 address behind this, in the lower half of any network.
_ISATAP = frozenset({0x00005EFE, 0x02005EFE})


class AddressGuard:
    """Decides where a request may go, and connects to exactly what it decided on.

    A host is resolved once per connection. If any of its addresses is not public, none
    is connected to; else one of those that were checked is, so that a second answer of
    the name server changes nothing.

    :param allowed: networks that are fine although they are not public; there plain
        http and every port may be used, too.
    """

    def __init__(
        self,
        allowed: Iterable[str] = (),
        *,
        resolve: Resolver = socket.getaddrinfo,
    ) -> None:
        self._allowed: tuple[Network, ...] = tuple(map(ipaddress.ip_network, allowed))
        self._resolve = resolve

    def check_url(self, field: str, url: object) -> str:
        """Refuse an address that could never be sent to, without asking for its host.

        :raises InputError: naming ``field``.
        """
        checked = check_web_address(field, url)
        parts = urlsplit(checked)
        host, is_https = parts.hostname or "", parts.scheme == "https"
        port = parts.port or (443 if is_https else 80)
        if not self._allowed:
            if not is_https:
                raise InputError(field, "must begin with https://")
            if port not in PUBLIC_PORTS:
                raise InputError(field, "must be on port 443 or 8443")
        literal = _parse(host)
        if literal is not None and not self._may_reach(literal, port, is_https):
            raise InputError(field, "must lead to the public Internet")
        return checked

    def connect(
        self,
        host: str,
        port: int,
        *,
        is_https: bool,
        timeout: float,
        options: Iterable[tuple[Any, ...]] = (),
    ) -> socket.socket:
        """Resolve a host, check every answer, and connect to one of them.

        :raises TargetRefused: if one of the answers may not be reached.
        :raises OSError: if the host is unknown, or none of them answers.
        """
        targets = self._resolve(host.strip("[]"), port, 0, socket.SOCK_STREAM)
        if not targets:
            raise OSError("the host has no address")
        for *_, address in targets:
            found = _parse(str(address[0]))
            if found is None or not self._may_reach(found, port, is_https):
                raise TargetRefused(host)
        problem = OSError("no address answered")
        for family, kind, protocol, _, address in targets:
            made = socket.socket(family, kind, protocol)
            try:
                for option in options:
                    made.setsockopt(*option)
                made.settimeout(timeout)
                made.connect(address)
            except OSError as err:
                made.close()
                problem = err
            else:
                return made
        raise problem

    def _may_reach(self, address: Address, port: int, is_https: bool) -> bool:
        if any(address in network for network in self._allowed):
            return True
        return is_https and port in PUBLIC_PORTS and is_public(address)


def is_public(address: Address) -> bool:
    """Whether an address is one of the public Internet, whatever it is wrapped in."""
    if isinstance(address, ipaddress.IPv6Address):
        # NAT64, mapped and compatible IPv4, link-local, multicast: all are outside.
        if address not in _IP6_PUBLIC or (int(address) >> 32 & 0xFFFFFFFF) in _ISATAP:
            return False
    return address.is_global and not any(address in network for network in _NEVER)


def _parse(text: str) -> Address | None:
    try:
        return ipaddress.ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return None
