"""Ethereum's addresses, and the checksum in the case of their letters (EIP-55)."""

from __future__ import annotations

import re

from checkout_kit.errors import InputError

_TEXT = re.compile(r"0x[0-9a-fA-F]{40}\Z", re.ASCII)


def check_ethereum(address: str) -> str:
    """Check an address and write it with its checksum.

    Lower case alone carries no checksum and is accepted; any other case must be right.
    """
    if len(address) != 42 or not _TEXT.match(address):
        raise InputError("address", "must be 0x and 40 hexadecimal digits")
    canonical = _with_checksum(address[2:].lower())
    if address not in (canonical, address.lower()):
        raise InputError("address", "fails its checksum: a character is wrong")
    return canonical


def _with_checksum(digits: str) -> str:
    marks = keccak256(digits.encode()).hex()
    return "0x" + "".join(
        digit.upper() if int(mark, 16) >= 8 else digit
        for digit, mark in zip(digits, marks, strict=False)
    )


# Keccak-256 as Ethereum uses it: the padding that SHA-3 had before it became a
# standard, which is why hashlib's sha3_256 gives other values. Names follow the
# Keccak reference (theta, rho, pi, chi, iota); lane x, y is at x + 5 * y.

_RATE = 136
_MASK = (1 << 64) - 1


def _make_round_constants() -> list[int]:
    constants, register = [], 1
    for _ in range(24):
        constant = 0
        for power in range(7):
            if register & 1:
                constant |= 1 << ((1 << power) - 1)
            register = register << 1 ^ (0x171 if register & 0x80 else 0)
        constants.append(constant)
    return constants


def _make_moves() -> list[tuple[int, int, int]]:
    moves, x, y, turn = [(0, 0, 0)], 1, 0, 0
    for step in range(24):
        turn += step + 1
        source, x, y = x + 5 * y, y, (2 * x + 3 * y) % 5
        moves.append((source, x + 5 * y, turn % 64))
    return moves


_ROUND_CONSTANTS = _make_round_constants()
#: Where rho and pi move each lane: from, to, and by how many bits it turns.
_MOVES = _make_moves()


def _rotate(lane: int, bits: int) -> int:
    return (lane << bits | lane >> (64 - bits)) & _MASK


def _permute(lanes: list[int]) -> list[int]:
    for constant in _ROUND_CONSTANTS:
        parity = [
            lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20]
            for x in range(5)
        ]
        change = [
            parity[x - 1] ^ _rotate(parity[(x + 1) % 5], 1) for x in range(5)
        ]  # theta
        moved = [0] * 25
        for source, target, bits in _MOVES:  # rho and pi
            moved[target] = _rotate(lanes[source] ^ change[source % 5], bits)
        lanes = [
            moved[i]
            ^ (~moved[i - i % 5 + (i + 1) % 5] & moved[i - i % 5 + (i + 2) % 5])
            for i in range(25)
        ]  # chi
        lanes[0] ^= constant  # iota
    return lanes


def keccak256(message: bytes) -> bytes:
    """Hash with Keccak-256; in pure Python, so only for short texts."""
    padded = bytearray(message + b"\1" + bytes(-(len(message) + 1) % _RATE))
    padded[-1] |= 0x80
    lanes = [0] * 25
    for start in range(0, len(padded), _RATE):
        for index in range(_RATE // 8):
            offset = start + 8 * index
            lanes[index] ^= int.from_bytes(padded[offset : offset + 8], "little")
        lanes = _permute(lanes)
    return b"".join(lane.to_bytes(8, "little") for lane in lanes[:4])
