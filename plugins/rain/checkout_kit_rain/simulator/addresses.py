"""Deposit addresses: made up, yet with valid checksums; nobody holds a key to one."""

from __future__ import annotations

import hashlib

_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def make_address(seed: str) -> str:
    """Return a mainnet address (BIP 173, version 0) that depends on `seed` alone."""
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:20], "big")
    # 20 bytes are exactly 32 groups of five bits: no padding.
    groups = [0] + [number >> shift & 31 for shift in range(155, -1, -5)]
    prefix = [ord(c) >> 5 for c in "bc"] + [0] + [ord(c) & 31 for c in "bc"]
    checksum = _polymod([*prefix, *groups, 0, 0, 0, 0, 0, 0]) ^ 1
    groups += [checksum >> 5 * (5 - i) & 31 for i in range(6)]
    return "bc1" + "".join(_ALPHABET[group] for group in groups)


def make_transaction_hash(seed: str) -> str:
    """Return a transaction hash."""
    return hashlib.sha256(f"tx:{seed}".encode()).hexdigest()


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit in range(5):
            check ^= _GENERATOR[bit] if top >> bit & 1 else 0
    return check
