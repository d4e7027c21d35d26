"""Web addresses that a shop hands in: refused if they could mislead anybody."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from urllib.parse import urlsplit

from checkout_kit.errors import InputError

MAX_LENGTH = 2000
# Visible ASCII without the backslash.
_PLAIN = re.compile(r"[!-\[\]-~]+\Z", re.ASCII)
_LABEL = r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_HOST = re.compile(rf"({_LABEL}\.)*{_LABEL}\.?\Z", re.ASCII)
# Browsers read a host that ends with a number as an IPv4 address, however written.
_NUMBER = re.compile(r"([0-9]+|0x[0-9a-f]*)\Z", re.ASCII | re.IGNORECASE)


def check_web_address(field: str, address: object) -> str:
    """Accept a plain absolute http(s) address and give it back unchanged.

    Refused are other schemes (``javascript:``), a user before the host
    (``https://shop.example@evil.example``), backslashes, blanks, control characters and
    whatever is not ASCII, and hosts that are no plain name or address: browsers and
    parsers read those differently.

    :raises InputError: naming ``field``.
    """
    if not isinstance(address, str) or not address:
        raise InputError(field, "must be an absolute http(s) URL")
    if len(address) > MAX_LENGTH:
        raise InputError(field, f"is longer than {MAX_LENGTH} characters")
    if not _PLAIN.match(address):
        raise InputError(field, "holds a character that a URL may not hold")
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise InputError(field, "is not a well-formed URL") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InputError(field, "must be an absolute http(s) URL")
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        raise InputError(field, "must not hold a user or password")
    is_plain = _is_ip6 if "[" in parts.netloc else _is_name_or_ip4
    if not is_plain(parts.hostname):
        raise InputError(field, "must have a plain host name or IP address")
    if port == 0 or not address.startswith(f"{parts.scheme}://{parts.netloc}"):
        raise InputError(field, "is not a well-formed URL")
    return address


def _is_name_or_ip4(host: str) -> bool:
    if len(host) > 253 or not _HOST.match(host):
        return False
    last = host.rstrip(".").rpartition(".")[2]
    return not _NUMBER.match(last) or _is_address(ipaddress.IPv4Address, host)


def _is_ip6(host: str) -> bool:
    return "%" not in host and _is_address(ipaddress.IPv6Address, host)


def _is_address(kind: Callable[[str], object], host: str) -> bool:
    try:
        kind(host)
    except ValueError:
        return False
    return True
