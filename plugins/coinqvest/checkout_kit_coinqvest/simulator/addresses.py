"""Deposit addresses, memos and transaction ids: made up, yet with valid checksums.

The bytes come from a hash, so nobody holds a key to any of these addresses.
"""

from __future__ import annotations

import base64
import hashlib
import re

from .keccak import keccak_256

_BITCOIN_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_RIPPLE_ALPHABET = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
_BECH32_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_HEX_ACCOUNT = re.compile(r"0x[0-9a-fA-F]{40}", re.ASCII)
_STELLAR_ACCOUNT_VERSION = 6 << 3
_ED25519_PRIME = 2**255 - 19
_ED25519_D = -121665 * pow(121666, -1, _ED25519_PRIME) % _ED25519_PRIME

_ADJECTIVES = (
    "snowy",
    "amber",
    "brave",
    "calm",
    "dusty",
    "eager",
    "fuzzy",
    "green",
    "happy",
    "icy",
    "jolly",
    "lucky",
    "misty",
    "noble",
    "quiet",
    "windy",
)
_NOUNS = (
    "hills",
    "brook",
    "cedar",
    "delta",
    "ember",
    "fjord",
    "grove",
    "haven",
    "isles",
    "lakes",
    "moors",
    "oasis",
    "peaks",
    "reefs",
    "stone",
    "woods",
)


def make_address(chain: str, seed: str) -> str:
    """Return a mainnet address of `chain` that depends on `seed` alone."""
    key = hashlib.sha256(f"{chain}:{seed}".encode()).digest()
    if chain == "BTC":
        return _to_segwit("bc", key[:20])
    if chain == "LTC":
        return _to_segwit("ltc", key[:20])
    if chain == "ETH":
        return _to_checksummed_hex(key[:20])
    if chain == "XRP":
        return _to_base58check(b"\x00" + key[:20], _RIPPLE_ALPHABET)
    if chain == "XLM":
        return _to_strkey(key)
    raise ValueError(f"no address format for {chain}")


def make_memo(number: int) -> str:
    """Return a text memo such as the document's `snowy-hills`, unique by `number`."""
    adjective = _ADJECTIVES[number % len(_ADJECTIVES)]
    noun = _NOUNS[number // len(_ADJECTIVES) % len(_NOUNS)]
    turn = number // (len(_ADJECTIVES) * len(_NOUNS))
    return f"{adjective}-{noun}" if turn == 0 else f"{adjective}-{noun}-{turn}"


def make_transaction_id(chain: str, seed: str) -> str:
    """Return a transaction id in the spelling of `chain`."""
    digest = hashlib.sha256(f"tx:{chain}:{seed}".encode()).hexdigest()
    if chain == "ETH":
        return "0x" + digest
    return digest.upper() if chain == "XRP" else digest


def is_stellar_account(text: str) -> bool:
    """Tell whether `text` is a Stellar account id with a valid checksum."""
    if len(text) != 56 or not text.startswith("G"):
        return False
    try:
        raw = base64.b32decode(text)
    except ValueError:
        return False
    return _crc16(raw[:-2]).to_bytes(2, "little") == raw[-2:]


def is_segwit_address(prefix: str, text: str) -> bool:
    """Tell whether `text` is an address of witness version 0 (BIP 173)."""
    lower = text.lower()
    if text not in (lower, text.upper()) or len(text) not in (
        len(prefix) + 40,
        len(prefix) + 60,
    ):
        return False
    groups = [_BECH32_ALPHABET.find(letter) for letter in lower[len(prefix) + 1 :]]
    if not lower.startswith(f"{prefix}1") or min(groups) < 0 or groups[0]:
        return False
    expanded = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    return _bech32_polymod([*expanded, *groups]) == 1


def is_checksummed_hex(text: str) -> bool:
    """Tell whether `text` is an Ethereum account, its capitals right if it has any."""
    if not _HEX_ACCOUNT.fullmatch(text):
        return False
    account = _to_checksummed_hex(bytes.fromhex(text[2:]))
    return text in (account, account.lower())


def _to_base58check(payload: bytes, alphabet: str) -> str:
    checksum = hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4]
    raw = payload + checksum
    number = int.from_bytes(raw, "big")
    text = ""
    while number:
        number, digit = divmod(number, 58)
        text = alphabet[digit] + text
    zeros = len(raw) - len(raw.lstrip(b"\x00"))
    return alphabet[0] * zeros + text


def _to_segwit(prefix: str, program: bytes) -> str:
    """Encode a version 0 witness program (BIP 173)."""
    # 20 bytes are exactly 32 groups of five bits: no padding.
    number = int.from_bytes(program, "big")
    groups = [0] + [number >> shift & 31 for shift in range(155, -1, -5)]
    expanded = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    checksum = _bech32_polymod([*expanded, *groups, 0, 0, 0, 0, 0, 0]) ^ 1
    groups += [checksum >> 5 * (5 - i) & 31 for i in range(6)]
    return prefix + "1" + "".join(_BECH32_ALPHABET[group] for group in groups)


def _bech32_polymod(values: list[int]) -> int:
    generator = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
    remainder = 1
    for value in values:
        top = remainder >> 25
        remainder = (remainder & 0x1FFFFFF) << 5 ^ value
        for bit, term in enumerate(generator):
            if top >> bit & 1:
                remainder ^= term
    return remainder


def _to_checksummed_hex(account: bytes) -> str:
    """Write an Ethereum account with the capitals of EIP-55."""
    text = account.hex()
    digest = keccak_256(text.encode()).hex()
    return "0x" + "".join(
        letter.upper() if int(nibble, 16) >= 8 else letter
        for letter, nibble in zip(text, digest, strict=False)
    )


def _to_strkey(key: bytes) -> str:
    """Encode an account id (SEP-23); half of all keys are no curve point, so look."""
    while not _is_curve_point(key):
        key = hashlib.sha256(key).digest()
    payload = bytes([_STELLAR_ACCOUNT_VERSION]) + key
    checksum = _crc16(payload).to_bytes(2, "little")
    return base64.b32encode(payload + checksum).decode()


def _is_curve_point(key: bytes) -> bool:
    """Tell whether some x solves the Ed25519 equation for this y (RFC 8032, 5.1.3)."""
    y = int.from_bytes(key, "little") & ((1 << 255) - 1)
    if y >= _ED25519_PRIME:
        return False
    numerator = (y * y - 1) % _ED25519_PRIME
    denominator = (_ED25519_D * y * y + 1) % _ED25519_PRIME
    square = numerator * pow(denominator, -1, _ED25519_PRIME) % _ED25519_PRIME
    return pow(square, (_ED25519_PRIME - 1) // 2, _ED25519_PRIME) == 1


def _crc16(payload: bytes) -> int:
    """Return the CRC-16/XMODEM that ends every strkey."""
    remainder = 0
    for byte in payload:
        remainder ^= byte << 8
        for _ in range(8):
            carry = remainder & 0x8000
            remainder = (remainder << 1 ^ (0x1021 if carry else 0)) & 0xFFFF
    return remainder
