"""Bitcoin's and Litecoin's addresses, judged by bip_utils."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkout_kit.domain.addresses import check_address
from checkout_kit.errors import InputError
from tests.domain.judges import BITCOIN, base58, is_accepted, segwit

few = settings(max_examples=60, deadline=None)
hashes = st.binary(min_size=20, max_size=20)
keys = st.binary(min_size=32, max_size=32)


@pytest.mark.parametrize("address", BITCOIN)
def test_bitcoin_address_is_its_own_canonical_form(address: str) -> None:
    assert check_address("bitcoin", address) == address


def test_upper_case_bech32_is_written_in_lower_case() -> None:
    assert check_address("bitcoin", BITCOIN[2].upper()) == BITCOIN[2]


def test_mixed_case_bech32_is_refused() -> None:
    assert not is_accepted("bitcoin", BITCOIN[2].replace("q", "Q", 1))


def test_example_of_bip21_fails_its_checksum() -> None:
    assert not is_accepted("bitcoin", "175tWpb8K1S7NmH4Zx6rewF9WQrcZv245W")


@pytest.mark.parametrize("version", [0x6F, 0xC4])
def test_base58_of_the_test_network_is_refused(version: int) -> None:
    assert not is_accepted("bitcoin", base58(bytes([version]), bytes(20)))
    assert not is_accepted("litecoin", base58(bytes([version]), bytes(20)))


@pytest.mark.parametrize("prefix", ["tb", "bcrt", "tltc", "rltc", "pgc"])
def test_bech32_of_a_test_network_is_refused(prefix: str) -> None:
    address = segwit(prefix, 0, bytes(20))
    assert not is_accepted("bitcoin", address)
    assert not is_accepted("litecoin", address)


@pytest.mark.parametrize(
    "address",
    [
        # BIP173 and BIP350: wrong checksum, length, padding or checksum kind.
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5",
        "bc1rw5uspcuh",
        "bc10w508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kw5rljs90",
        "BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P",
        "bc1zw508d6qejxtdg4y5r3zarvaryvqyzf3du",
        "bc1gmk9yu",
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",
        "BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL",
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh",
        "bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4",
        "BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R",
        "bc1pw5dgrnzv",
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v8n0nx0muaewav253zgeav",
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v07qwwzcrf",
    ],
)
def test_published_bad_segwit_addresses_are_refused(address: str) -> None:
    assert not is_accepted("bitcoin", address)


def write_bech32(values: list[int]) -> str:
    """Write a version 0 address of any groups of five bits (BIP173's reference)."""
    checked = [3, 3, 0, 2, 3, *values, 0, 0, 0, 0, 0, 0]
    state = 1
    for value in checked:
        top = state >> 25
        state = (state & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(
            (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
        ):
            state ^= generator if top >> bit & 1 else 0
    state ^= 1
    checksum = [state >> 5 * (5 - place) & 31 for place in range(6)]
    alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
    return "bc1" + "".join(alphabet[value] for value in [*values, *checksum])


def test_padding_of_a_segwit_address_is_short_and_zero() -> None:
    assert is_accepted("bitcoin", write_bech32([0] + [0] * 32))
    assert is_accepted("bitcoin", write_bech32([0] + [0] * 52))
    # One group too many, then one set bit behind the last byte.
    assert not is_accepted("bitcoin", write_bech32([0] + [0] * 33))
    assert not is_accepted("bitcoin", write_bech32([0] + [0] * 51 + [1]))


@pytest.mark.parametrize(
    ("version", "length"), [(1, 2), (1, 20), (1, 40), (2, 16), (2, 32), (16, 2)]
)
def test_witness_versions_without_rules_are_refused(version: int, length: int) -> None:
    assert not is_accepted("bitcoin", segwit("bc", version, bytes(length)))


@few
@given(hashes, st.sampled_from([("bitcoin", 0), ("bitcoin", 5), ("litecoin", 48)]))
def test_base58_of_the_main_network_is_accepted(
    payload: bytes, kind: tuple[str, int]
) -> None:
    network, version = kind
    address = base58(bytes([version]), payload)
    assert check_address(network, address) == address


@pytest.mark.parametrize("version", range(256))
def test_no_other_version_byte_is_accepted(version: int) -> None:
    address = base58(bytes([version]), bytes(range(20)))
    assert is_accepted("bitcoin", address) == (version in (0, 5))
    assert is_accepted("litecoin", address) == (version in (48, 50))


def test_old_litecoin_script_address_is_refused_with_a_hint() -> None:
    with pytest.raises(InputError, match="Bitcoin"):
        check_address("litecoin", BITCOIN[1])


@pytest.mark.parametrize("length", [0, 1, 19, 21, 32])
def test_base58_of_another_length_is_refused(length: int) -> None:
    assert not is_accepted("bitcoin", base58(b"\0", bytes(length)))


@few
@given(
    st.sampled_from([("bitcoin", "bc"), ("litecoin", "ltc")]),
    st.one_of(
        st.tuples(st.just(0), hashes),
        st.tuples(st.just(0), keys),
        st.tuples(st.just(1), keys),
    ),
)
def test_segwit_address_is_accepted(
    network: tuple[str, str], program: tuple[int, bytes]
) -> None:
    address = segwit(network[1], *program)
    assert check_address(network[0], address) == address
    assert check_address(network[0], address.upper()) == address


def test_mimblewimble_address_of_litecoin_is_refused() -> None:
    assert not is_accepted("litecoin", "ltcmweb1" + "q" * 80)
