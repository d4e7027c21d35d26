"""Base58Check: the text form of Bitcoin's older addresses and of the XRP Ledger's."""

from __future__ import annotations

import hashlib

from checkout_kit.errors import InputError

BITCOIN = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
XRPL = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
#: More text than any address has; the work grows with its square.
MAX_LENGTH = 64


def decode_base58check(address: str, alphabet: str) -> bytes:
    """Read version and payload, without the checksum.

    :raises InputError: if it is not Base58 or fails its checksum.
    """
    if len(address) > MAX_LENGTH:
        raise InputError("address", f"is longer than {MAX_LENGTH} characters")
    number = 0
    for character in address:
        digit = alphabet.find(character)
        if digit < 0:
            raise InputError("address", "holds a character that is not Base58")
        number = number * 58 + digit
    # Each leading zero byte is written as one zero digit, whatever its value.
    zeros = len(address) - len(address.lstrip(alphabet[0]))
    raw = bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")
    if len(raw) < 5 or _checksum(raw[:-4]) != raw[-4:]:
        raise InputError("address", "fails its checksum: a character is wrong")
    return raw[:-4]


def encode_base58check(payload: bytes, alphabet: str) -> str:
    """Write version and payload with their checksum."""
    raw = payload + _checksum(payload)
    number = int.from_bytes(raw, "big")
    text = ""
    while number:
        number, digit = divmod(number, 58)
        text = alphabet[digit] + text
    return alphabet[0] * (len(raw) - len(raw.lstrip(b"\0"))) + text


def _checksum(payload: bytes) -> bytes:
    return hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4]
