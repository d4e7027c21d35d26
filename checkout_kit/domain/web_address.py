"""Web addresses that a shop hands in: refused if they could mislead anybody."""

from __future__ import annotations

from urllib.parse import urlsplit

from checkout_kit.errors import InputError

MAX_LENGTH = 2000


def check_web_address(field: str, address: object) -> str:
    """Accept a plain absolute http(s) address and give it back unchanged.

    Refused are other schemes (``javascript:``), a user before the host
    (``https://shop.example@evil.example``), backslashes, blanks, control characters and
    whatever is not ASCII: browsers and parsers read those differently.

    :raises InputError: naming ``field``.
    """
    if not isinstance(address, str) or not address:
        raise InputError(field, "must be an absolute http(s) URL")
    if len(address) > MAX_LENGTH:
        raise InputError(field, f"is longer than {MAX_LENGTH} characters")
    if any(not 32 < ord(character) < 127 for character in address) or "\\" in address:
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
    if port == 0 or not address.startswith(f"{parts.scheme}://{parts.netloc}"):
        raise InputError(field, "is not a well-formed URL")
    return address
