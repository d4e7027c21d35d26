"""Stellar's addresses: accounts (G…) and muxed accounts (M…), after SEP-23."""

from __future__ import annotations

import base64
import binascii

from checkout_kit.errors import InputError

#: First letter → version byte, length of the text. Other kinds of key (contracts,
#: claimable balances, secrets) are no deposit accounts.
_KINDS = {"G": (6 << 3, 56), "M": (12 << 3, 69)}


def check_stellar(address: str) -> str:
    """Check an account or a muxed account."""
    version, length = _KINDS.get(address[:1], (0, 0))
    if not length:
        raise InputError("address", "must begin with G (or M, for a muxed account)")
    if len(address) != length:
        raise InputError("address", f"must be of {length} characters")
    padded = address + "=" * (-length % 8)
    try:
        raw = base64.b32decode(padded)
    except binascii.Error:
        raise InputError("address", "holds a character that is not Base32") from None
    # SEP-23: the unused bits at the end must be zero, or one key had several texts.
    if base64.b32encode(raw).decode() != padded or raw[0] != version:
        raise InputError("address", "is not a Stellar account")
    if binascii.crc_hqx(raw[:-2], 0).to_bytes(2, "little") != raw[-2:]:
        raise InputError("address", "fails its checksum: a character is wrong")
    return address
