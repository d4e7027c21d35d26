"""Bech32 and Bech32m: the text form of segregated witness addresses (BIP173, 350)."""

from __future__ import annotations

from collections.abc import Iterable

from checkout_kit.errors import InputError

#: The longest Bech32 text that its checksum is made for.
MAX_LENGTH = 90
_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_BECH32, _BECH32M = 1, 0x2BC830A3


def decode_segwit(prefix: str, address: str) -> tuple[int, bytes]:
    """Read a segregated witness address.

    :param prefix: the human-readable part that the network uses, in lower case.
    :return: the witness version and program.
    :raises InputError: if it is malformed, mixes cases, or fails its checksum.
    """
    if len(address) > MAX_LENGTH:
        raise InputError("address", f"is longer than {MAX_LENGTH} characters")
    if address not in (address.lower(), address.upper()):
        raise InputError("address", "mixes upper and lower case")
    found, _, text = address.lower().rpartition("1")
    if found != prefix:
        raise InputError("address", f"does not begin with {prefix}1")
    if len(text) < 7 or any(character not in _VALUES for character in text):
        raise InputError("address", "is not Bech32")
    values = [_VALUES[character] for character in text]
    version = values[0]
    # BIP350: version 0 keeps the first checksum, all others have the new one.
    if _polymod(_expand(prefix) + values) != (_BECH32M if version else _BECH32):
        raise InputError("address", "fails its checksum: a character is wrong")
    program = _regroup(values[1:-6])
    if version > 16 or not 2 <= len(program) <= 40:
        raise InputError("address", "is not a segregated witness address")
    return version, program


def _expand(prefix: str) -> list[int]:
    return [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]


def _polymod(values: Iterable[int]) -> int:
    checksum = 1
    for value in values:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value
        for position, generator in enumerate(_GENERATOR):
            if top >> position & 1:
                checksum ^= generator
    return checksum


def _regroup(values: list[int]) -> bytes:
    """Turn groups of five bits into bytes; the padding must be short and zero."""
    number = 0
    for value in values:
        number = number << 5 | value
    padding = len(values) * 5 % 8
    if padding > 4 or number & ((1 << padding) - 1):
        raise InputError("address", "is not padded as Bech32 demands")
    return (number >> padding).to_bytes(len(values) * 5 // 8, "big")
