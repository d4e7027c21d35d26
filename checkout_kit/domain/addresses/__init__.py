"""Addresses: whether a text is a deposit address of a network, and how it is written.

Mainnet only: money sent by a test network's address is lost. Text is bounded and must
be ASCII before anything is computed, and a text counts as a whole or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from checkout_kit.domain.addresses import bitcoin, eip55, strkey, xrpl
from checkout_kit.domain.currency import Currency
from checkout_kit.errors import InputError

#: The longest text that is looked at; the longest address, Bitcoin's, has 90.
MAX_ADDRESS = 90

_CHECKS: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {
        "bitcoin": bitcoin.check_bitcoin,
        "litecoin": bitcoin.check_litecoin,
        "ethereum": eip55.check_ethereum,
        "stellar": strkey.check_stellar,
        "xrpl": xrpl.check_xrpl,
    }
)
#: The networks whose addresses can be checked.
NETWORKS = tuple(_CHECKS)


def check_address(currency_or_network: str, address: str) -> str:
    """Check a deposit address and return its canonical form.

    :param currency_or_network: a network such as ``stellar``, or a currency's text
        form such as ``XLM``.
    :return: Bech32 in lower case, Ethereum with the checksum's case, others as given.
    :raises InputError: if it is not an address of that network, or if the network's
        addresses are not known here (see ``NETWORKS``).
    """
    network = currency_or_network
    if network not in _CHECKS:
        network = Currency.parse(currency_or_network).network or "none"
    if network not in _CHECKS:
        raise InputError(
            "network", "its addresses can't be checked; known are " + ", ".join(_CHECKS)
        )
    if not isinstance(address, str) or not address:
        raise InputError("address", "must be given as text")
    if len(address) > MAX_ADDRESS:
        raise InputError("address", f"is longer than {MAX_ADDRESS} characters")
    if not address.isascii() or not address.isalnum():
        raise InputError("address", "holds a character that no address has")
    return _CHECKS[network](address)
