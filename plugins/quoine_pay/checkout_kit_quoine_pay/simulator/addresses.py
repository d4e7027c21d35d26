"""Bitcoin addresses: made up, yet with valid checksums; nobody holds their keys."""

from __future__ import annotations

import hashlib

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def make_address(seed: str) -> str:
    """Return an address as in the document's examples, which depends on `seed`."""
    payload = b"\x00" + hashlib.sha256(f"quoine_pay:{seed}".encode()).digest()[:20]
    checksum = hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4]
    raw = payload + checksum
    number = int.from_bytes(raw, "big")
    text = ""
    while number:
        number, digit = divmod(number, 58)
        text = _ALPHABET[digit] + text
    zeros = len(raw) - len(raw.lstrip(b"\x00"))
    return _ALPHABET[0] * zeros + text
