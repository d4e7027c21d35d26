"""Keccak-256 in plain Python, only for the capitals of Ethereum addresses.

hashlib has SHA-3 alone, whose padding differs from the Keccak that Ethereum took.
"""

from __future__ import annotations

_RATE = 136
_MASK = (1 << 64) - 1


def keccak_256(message: bytes) -> bytes:
    """Return the 32 byte Keccak-256 digest of `message`."""
    padded = bytearray(message + b"\x01")
    padded += bytes(-len(padded) % _RATE)
    padded[-1] |= 0x80
    lanes = [[0] * 5 for _ in range(5)]
    for start in range(0, len(padded), _RATE):
        for index in range(_RATE // 8):
            offset = start + 8 * index
            word = int.from_bytes(padded[offset : offset + 8], "little")
            lanes[index % 5][index // 5] ^= word
        lanes = _permute(lanes)
    return b"".join(lanes[index][0].to_bytes(8, "little") for index in range(4))


def _rotate(word: int, count: int) -> int:
    count %= 64
    return (word << count | word >> (64 - count)) & _MASK


def _permute(lanes: list[list[int]]) -> list[list[int]]:
    """Apply Keccak-f[1600]; the round constants come from its own shift register."""
    register = 1
    for _ in range(24):
        parity = [a[0] ^ a[1] ^ a[2] ^ a[3] ^ a[4] for a in lanes]
        mixed = [parity[x - 1] ^ _rotate(parity[(x + 1) % 5], 1) for x in range(5)]
        lanes = [[word ^ mixed[x] for word in lanes[x]] for x in range(5)]
        x, y, current = 1, 0, lanes[1][0]
        for step in range(24):
            x, y = y, (2 * x + 3 * y) % 5
            turned = _rotate(current, (step + 1) * (step + 2) // 2)
            current, lanes[x][y] = lanes[x][y], turned
        for y in range(5):
            row = [lanes[x][y] for x in range(5)]
            for x in range(5):
                lanes[x][y] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5])
        for power in range(7):
            register = (register << 1 ^ (register >> 7) * 0x71) % 256
            if register & 2:
                lanes[0][0] ^= 1 << ((1 << power) - 1)
    return lanes
