"""Length extension: continue a plain SHA-256 of secret + message without the secret.

Providers that sign by hashing secret and body together invite this forgery; an HMAC
does not. The compression function is FIPS 180-4's.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from math import isqrt

_MASK = 0xFFFFFFFF


def extend_sha256(
    digest: str, message: bytes, suffix: bytes, *, secret_length: int
) -> tuple[bytes, str]:
    """Forge a message that begins like a genuine one, and its SHA-256 with the secret.

    :param digest: the genuine ``sha256(secret + message)``, in hex.
    :param secret_length: the attacker's guess.
    :return: the forged message, and its digest in hex.
    """
    padding = _padding(secret_length + len(message))
    state = struct.unpack(">8I", bytes.fromhex(digest))
    before = secret_length + len(message) + len(padding)
    rest = suffix + _padding(before + len(suffix))
    for start in range(0, len(rest), 64):
        state = _compress(state, rest[start : start + 64])
    return message + padding + suffix, struct.pack(">8I", *state).hex()


def _padding(length: int) -> bytes:
    zeros = -(length + 9) % 64
    return b"\x80" + bytes(zeros) + struct.pack(">Q", length * 8)


def _primes() -> Iterator[int]:
    number = 2
    while True:
        if all(number % divisor for divisor in range(2, isqrt(number) + 1)):
            yield number
        number += 1


def _cube_root_bits(prime: int) -> int:
    """The first 32 bits of the fractional part of a prime's cube root."""
    target, low, high = prime << 96, 0, prime << 32
    while low < high:
        middle = (low + high + 1) // 2
        if middle**3 <= target:
            low = middle
        else:
            high = middle - 1
    return low & _MASK


_CONSTANTS = [
    _cube_root_bits(prime) for prime, _ in zip(_primes(), range(64), strict=False)
]


def _turn(word: int, bits: int) -> int:
    return (word >> bits | word << (32 - bits)) & _MASK


def _compress(state: tuple[int, ...], block: bytes) -> tuple[int, ...]:
    words = list(struct.unpack(">16I", block))
    for index in range(16, 64):
        early, late = words[index - 15], words[index - 2]
        first = _turn(early, 7) ^ _turn(early, 18) ^ early >> 3
        second = _turn(late, 17) ^ _turn(late, 19) ^ late >> 10
        words.append((words[index - 16] + first + words[index - 7] + second) & _MASK)
    a, b, c, d, e, f, g, h = state
    for word, constant in zip(words, _CONSTANTS, strict=True):
        choice = (e & f) ^ (~e & g)
        upper = _turn(e, 6) ^ _turn(e, 11) ^ _turn(e, 25)
        one = (h + upper + choice + constant + word) & _MASK
        majority = (a & b) ^ (a & c) ^ (b & c)
        lower = _turn(a, 2) ^ _turn(a, 13) ^ _turn(a, 22)
        a, b, c, d, e, f, g, h = (
            (one + lower + majority) & _MASK, a, b, c, (d + one) & _MASK, e, f, g
        )  # fmt: skip
    return tuple(
        (old + new) & _MASK
        for old, new in zip(state, (a, b, c, d, e, f, g, h), strict=True)
    )
