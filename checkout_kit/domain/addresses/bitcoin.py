"""Bitcoin's and Litecoin's addresses."""

from __future__ import annotations

from checkout_kit.domain.addresses.base58 import BITCOIN, decode_base58check
from checkout_kit.domain.addresses.bech32 import decode_segwit
from checkout_kit.errors import InputError

# Version bytes of payment to a public key's and to a script's hash.
_BITCOIN_VERSIONS = (0, 5)
_LITECOIN_VERSIONS = (48, 50)
#: Witness version → lengths of its program. Later versions have no rules yet: money
#: sent there could be taken by anybody.
_PROGRAMS = {0: (20, 32), 1: (32,)}


def check_bitcoin(address: str) -> str:
    """Check a Bitcoin address: 1…, 3…, or bc1… of version 0 or 1 (Taproot)."""
    if address[:3].lower() == "bc1":
        return _check_segwit("bc", address)
    if _version(address) not in _BITCOIN_VERSIONS:
        raise InputError("address", "is not an address of Bitcoin's main network")
    return address


def check_litecoin(address: str) -> str:
    """Check a Litecoin address: L…, M… or ltc1…, but not the old 3….

    The same 3… text is a Bitcoin address: which network's money is meant can't be
    told from it.
    """
    if address[:4].lower() == "ltc1":
        return _check_segwit("ltc", address)
    version = _version(address)
    if version == 5:
        raise InputError(
            "address", "might be Bitcoin's; use the same address's form with M"
        )
    if version not in _LITECOIN_VERSIONS:
        raise InputError("address", "is not an address of Litecoin's main network")
    return address


def _check_segwit(prefix: str, address: str) -> str:
    version, program = decode_segwit(prefix, address)
    if len(program) not in _PROGRAMS.get(version, ()):
        raise InputError("address", "is of a kind that can't be paid safely")
    return address.lower()


def _version(address: str) -> int:
    raw = decode_base58check(address, BITCOIN)
    if len(raw) != 21:
        raise InputError("address", "has the wrong length")
    return raw[0]
