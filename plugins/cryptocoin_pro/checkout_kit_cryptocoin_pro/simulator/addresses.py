"""Addresses and transaction ids: made up, yet valid; nobody holds a key to one."""

from __future__ import annotations

import hashlib
import re

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
#: The version byte of pay-to-public-key-hash.
_VERSIONS = {"XBT": 0x00, "LTC": 0x30}
_ETHEREUM = re.compile(r"0x[0-9a-fA-F]{40}\Z", re.ASCII)


def make_address(chain: str, seed: str) -> str:
    """Return a mainnet address of a chain that depends on `seed` alone.

    Those of Ethereum are of small letters, as in the document's orders: such carry no
    checksum and are valid as they are.
    """
    account = hashlib.sha256(f"{chain}:{seed}".encode()).digest()[:20]
    if chain == "ETH":
        return "0x" + account.hex()
    return _to_base58check(bytes([_VERSIONS[chain]]) + account)


def make_transaction_id(chain: str, seed: str) -> str:
    """Return a transaction id in the spelling of a chain."""
    digest = hashlib.sha256(f"tx:{chain}:{seed}".encode()).hexdigest()
    return "0x" + digest if chain == "ETH" else digest


def is_address(chain: str, text: str) -> bool:
    """Tell whether a text looks like an address of a chain."""
    if chain == "ETH":
        return bool(_ETHEREUM.match(text))
    return 26 <= len(text) <= 62 and text.isascii() and text.isalnum()


def is_same_address(first: str, second: str) -> bool:
    """Tell whether two spellings are one address: Ethereum's capitals mean nothing."""
    if _ETHEREUM.match(first):
        return first.lower() == second.lower()
    return first == second


def _to_base58check(payload: bytes) -> str:
    checksum = hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4]
    raw = payload + checksum
    number, text = int.from_bytes(raw, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = _ALPHABET[digit] + text
    return "1" * (len(raw) - len(raw.lstrip(b"\0"))) + text
