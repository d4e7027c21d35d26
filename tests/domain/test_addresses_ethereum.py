"""Ethereum's addresses, judged by eth_utils."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkout_kit.domain.addresses import check_address
from checkout_kit.domain.addresses.eip55 import keccak256
from tests.domain.judges import CHECKSUMMED, is_accepted

few = settings(max_examples=60, deadline=None)
hashes = st.binary(min_size=20, max_size=20)


@pytest.mark.parametrize("length", [0, 1, 42, 135, 136, 137, 271, 272, 500])
def test_keccak_agrees_with_eth_utils(length: int) -> None:
    from eth_utils.crypto import keccak

    message = bytes(n % 251 for n in range(length))
    assert keccak256(message) == keccak(message)


def test_keccak_is_not_sha3() -> None:
    assert keccak256(b"") != hashlib.sha3_256(b"").digest()


@few
@given(hashes)
def test_ethereum_address_agrees_with_eth_utils(raw: bytes) -> None:
    from eth_utils.address import to_checksum_address

    expected = to_checksum_address("0x" + raw.hex())
    assert check_address("ethereum", "0x" + raw.hex()) == expected
    assert check_address("ethereum", expected) == expected


def test_wrong_case_is_refused_although_is_address_accepts_it() -> None:
    from eth_utils.address import is_address

    wrong = CHECKSUMMED.replace("aA", "Aa")
    assert is_address(wrong)
    assert not is_accepted("ethereum", wrong)


@pytest.mark.parametrize(
    "address",
    [
        CHECKSUMMED[2:],
        CHECKSUMMED[2:].lower(),
        "0X" + CHECKSUMMED[2:].lower(),
        "0x" + CHECKSUMMED[2:].upper(),
        CHECKSUMMED[:-1],
        CHECKSUMMED.lower() + "0",
        CHECKSUMMED.lower()[:-1] + "g",
        # EIP-681's own example has wrong case.
        "0xfb6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    ],
)
def test_ethereum_address_of_another_form_is_refused(address: str) -> None:
    assert not is_accepted("ethereum", address)
