"""The XRP Ledger's addresses: classic, and X-addresses that hold a tag (XLS-5d)."""

from __future__ import annotations

from checkout_kit.domain.addresses.base58 import (
    XRPL,
    decode_base58check,
    encode_base58check,
)
from checkout_kit.domain.memo import check_destination_tag
from checkout_kit.errors import InputError

_CLASSIC = b"\x00"
_MAIN = b"\x05\x44"
_TEST = b"\x04\x93"


def check_xrpl(address: str) -> str:
    """Check a classic address or an X-address of the main network."""
    parse_address(address)
    return address


def parse_address(address: str) -> tuple[str, int | None]:
    """Split an address into the classic one and the destination tag.

    :return: the tag is None where there is none; 0 is a tag.
    :raises InputError: if it is neither a classic address nor a main network's
        X-address.
    """
    raw = decode_base58check(address, XRPL)
    if len(raw) == 21 and raw[:1] == _CLASSIC:
        return address, None
    if len(raw) == 31 and raw[:2] == _TEST:
        raise InputError("address", "is of the XRP Ledger's test network")
    if len(raw) != 31 or raw[:2] != _MAIN:
        raise InputError("address", "is not an address of the XRP Ledger")
    account, flag, tag = raw[2:22], raw[22], int.from_bytes(raw[23:], "little")
    # Flag 2 is kept for tags of 64 bits, which do not exist yet.
    if flag > 1 or tag >= 2**32 or (tag and not flag):
        raise InputError("address", "holds a destination tag that can't be read")
    return encode_base58check(_CLASSIC + account, XRPL), tag if flag else None


def to_x_address(address: str, destination_tag: int | None = None) -> str:
    """Join a classic address and a tag into one text, so that neither is forgotten.

    :raises InputError: if the address is not a classic one or the tag out of bounds.
    """
    classic, tag = parse_address(address)
    if classic != address or tag is not None:
        raise InputError("address", "is not a classic address")
    if destination_tag is not None:
        check_destination_tag(destination_tag)
    flag = b"\x00" if destination_tag is None else b"\x01"
    account = decode_base58check(classic, XRPL)[1:]
    tail = (destination_tag or 0).to_bytes(8, "little")
    return encode_base58check(_MAIN + account + flag + tail, XRPL)
