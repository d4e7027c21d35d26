"""Stellar's addresses, judged by stellar_sdk."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkout_kit.domain.addresses import check_address
from tests.domain.judges import MUXED, STELLAR, is_accepted

few = settings(max_examples=60, deadline=None)
keys = st.binary(min_size=32, max_size=32)


@pytest.mark.parametrize(
    "address",
    [
        # SEP-23's invalid keys.
        "GAAAAAAAACGC6",
        "MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUAAAAAAAAAAAACJUR",
        "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZA",
        "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUACUSI",
        "G47QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVP2I",
        "MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVAAAAAAAAAAAAAJLKA",
        "MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVAAAAAAAAAAAAAAV75I",
        "M47QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVAAAAAAAAAAAAAJLK",
        MUXED + "===",
        MUXED[:-1] + "L",
        STELLAR.lower(),
        STELLAR[:-1] + "Y",
    ],
)
def test_published_bad_stellar_keys_are_refused(address: str) -> None:
    assert not is_accepted("stellar", address)


def test_unused_bits_of_a_muxed_account_must_be_zero() -> None:
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    variants = [MUXED[:-1] + character for character in last]
    assert [v for v in variants if is_accepted("stellar", v)] == [MUXED]


@few
@given(keys)
def test_stellar_account_is_accepted(raw: bytes) -> None:
    from stellar_sdk import StrKey

    address = StrKey.encode_ed25519_public_key(raw)
    assert check_address("stellar", address) == address


@few
@given(keys, st.integers(0, 2**64 - 1))
def test_muxed_account_is_accepted(raw: bytes, ident: int) -> None:
    from stellar_sdk import MuxedAccount, StrKey

    account = StrKey.encode_ed25519_public_key(raw)
    address = MuxedAccount(account, ident).account_muxed
    assert address is not None
    assert check_address("stellar", address) == address


@pytest.mark.parametrize(
    "kind",
    [
        "encode_ed25519_secret_seed",
        "encode_pre_auth_tx",
        "encode_sha256_hash",
        "encode_contract",
        "encode_liquidity_pool",
    ],
)
def test_stellar_key_of_another_kind_is_refused(kind: str) -> None:
    from stellar_sdk import StrKey

    assert not is_accepted("stellar", getattr(StrKey, kind)(bytes(range(32))))


@few
@given(st.integers(0, 55), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
def test_any_single_wrong_character_is_found(position: int, character: str) -> None:
    from stellar_sdk import StrKey

    changed = STELLAR[:position] + character + STELLAR[position + 1 :]
    assert is_accepted("stellar", changed) == StrKey.is_valid_ed25519_public_key(
        changed
    )
    assert is_accepted("stellar", changed) == (changed == STELLAR)


@pytest.mark.parametrize(
    ("version", "length", "is_valid"),
    [
        (6 << 3, 32, True),
        # Another version byte that is still written with a G.
        (6 << 3 | 1, 32, False),
        (6 << 3, 31, False),
        (6 << 3, 33, False),
        (6 << 3, 37, False),
        (6 << 3, 40, False),
        (12 << 3, 40, True),
        (12 << 3, 32, False),
        (12 << 3, 41, False),
    ],
)
def test_right_checksum_alone_is_not_enough(
    version: int, length: int, is_valid: bool
) -> None:
    raw = bytes([version]) + bytes(length)
    crc = 0
    for byte in raw:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    text = base64.b32encode(raw + crc.to_bytes(2, "little")).decode().rstrip("=")
    assert text[0] in "GM"
    assert is_accepted("stellar", text) is is_valid
