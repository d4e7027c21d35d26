"""The simulator's addresses, judged by the libraries of their own fields."""

from __future__ import annotations

import bip_utils
import pytest
from Crypto.Hash import keccak
from eth_utils.address import is_checksum_address
from stellar_sdk import StrKey
from xrpl.core.addresscodec import is_valid_classic_address

from checkout_kit_coinqvest.simulator.addresses import (
    is_stellar_account,
    make_address,
    make_memo,
    make_transaction_id,
)
from checkout_kit_coinqvest.simulator.keccak import keccak_256

SEEDS = [f"{number:012x}" for number in range(60)]


@pytest.mark.parametrize(("chain", "prefix"), [("BTC", "bc"), ("LTC", "ltc")])
def test_segwit_addresses_are_valid(chain: str, prefix: str) -> None:
    for seed in SEEDS:
        address = make_address(chain, seed)
        program = bip_utils.P2WPKHAddrDecoder.DecodeAddr(address, hrp=prefix)
        assert len(program) == 20


def test_ethereum_addresses_have_eip_55_capitals() -> None:
    assert all(is_checksum_address(make_address("ETH", seed)) for seed in SEEDS)


def test_stellar_addresses_are_curve_points_with_checksum() -> None:
    for seed in SEEDS:
        address = make_address("XLM", seed)
        assert StrKey.is_valid_ed25519_public_key(address)
        # bip_utils refuses keys that are no point of the curve.
        bip_utils.XlmAddrDecoder.DecodeAddr(
            address, addr_type=bip_utils.XlmAddrTypes.PUB_KEY
        )


def test_ripple_addresses_are_valid() -> None:
    assert all(is_valid_classic_address(make_address("XRP", seed)) for seed in SEEDS)


def test_addresses_depend_on_chain_and_seed_alone() -> None:
    assert make_address("BTC", "a") == make_address("BTC", "a")
    assert len({make_address("BTC", seed) for seed in SEEDS}) == len(SEEDS)


def test_an_unknown_chain_has_no_address() -> None:
    with pytest.raises(ValueError, match="DOGE"):
        make_address("DOGE", "a")


@pytest.mark.parametrize("length", [0, 1, 55, 135, 136, 137, 300])
def test_keccak_is_that_of_ethereum(length: int) -> None:
    message = bytes(range(256)) * 2
    expected = keccak.new(digest_bits=256, data=message[:length]).digest()
    assert keccak_256(message[:length]) == expected


@pytest.mark.parametrize(
    ("text", "is_valid"),
    [
        ("GDUKMGUGDZQK6YHYA5Z6AY2G4XDSZPSZ3SW5UN3ARVMO6QSRDWP5YLEX", True),
        ("GDUKMGUGDZQK6YHYA5Z6AY2G4XDSZPSZ3SW5UN3ARVMO6QSRDWP5YLEY", False),
        ("G" * 56, False),
        ("G", False),
        ("G" + "1" * 55, False),
    ],
)
def test_stellar_checksums_are_checked(text: str, is_valid: bool) -> None:
    assert is_stellar_account(text) is is_valid


def test_memos_are_unique_and_fit_a_stellar_text_memo() -> None:
    memos = [make_memo(number) for number in [*range(2000), 1_000_005_000]]
    assert len(set(memos)) == len(memos)
    assert max(len(memo.encode()) for memo in memos) <= 28


def test_transaction_ids_are_spelt_as_on_their_chain() -> None:
    assert make_transaction_id("ETH", "a").startswith("0x")
    assert make_transaction_id("XRP", "a").isupper()
    assert len(make_transaction_id("BTC", "a")) == 64
