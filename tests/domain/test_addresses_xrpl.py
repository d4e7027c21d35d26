"""The XRP Ledger's addresses, judged by xrpl-py."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checkout_kit.domain.addresses import check_address, xrpl
from checkout_kit.errors import InputError
from tests.domain.judges import CLASSIC, base58, is_accepted

few = settings(max_examples=60, deadline=None)
hashes = st.binary(min_size=20, max_size=20)


@few
@given(hashes)
def test_classic_address_is_accepted(raw: bytes) -> None:
    from xrpl.core.addresscodec import encode_classic_address

    address = encode_classic_address(raw)
    assert check_address("xrpl", address) == address
    assert xrpl.parse_address(address) == (address, None)


@few
@given(hashes, st.one_of(st.none(), st.just(0), st.integers(0, 2**32 - 1)))
def test_x_address_goes_both_ways(raw: bytes, tag: int | None) -> None:
    from xrpl.core.addresscodec import (
        classic_address_to_xaddress,
        encode_classic_address,
    )

    classic = encode_classic_address(raw)
    packed = classic_address_to_xaddress(classic, tag, False)
    assert check_address("xrpl", packed) == packed
    assert xrpl.parse_address(packed) == (classic, tag)
    assert xrpl.to_x_address(classic, tag) == packed


def test_tag_zero_in_an_x_address_is_a_tag() -> None:
    with_zero, without = xrpl.to_x_address(CLASSIC, 0), xrpl.to_x_address(CLASSIC)
    assert with_zero != without
    assert xrpl.parse_address(with_zero) == (CLASSIC, 0)
    assert xrpl.parse_address(without) == (CLASSIC, None)


def test_x_address_of_the_test_network_is_refused() -> None:
    from xrpl.core.addresscodec import classic_address_to_xaddress

    with pytest.raises(InputError, match="test network"):
        check_address("xrpl", classic_address_to_xaddress(CLASSIC, 1, True))


@pytest.mark.parametrize(
    "tail",
    [
        b"\x02" + bytes(8),
        b"\x00\x01" + bytes(7),
        b"\x01" + bytes(4) + b"\x01" + bytes(3),
        b"\x01" + b"\xff" * 8,
    ],
)
def test_x_address_with_a_tag_that_can_not_be_read_is_refused(tail: bytes) -> None:
    assert not is_accepted("xrpl", base58(b"\x05\x44", bytes(20) + tail, is_xrpl=True))


@pytest.mark.parametrize("prefix", [b"\x05\x45", b"\x00\x44", b"\x00\x00"])
def test_x_address_with_another_prefix_is_refused(prefix: bytes) -> None:
    assert not is_accepted("xrpl", base58(prefix, bytes(29), is_xrpl=True))


@pytest.mark.parametrize("version", [b"\x01", b"\x21", b"\x23"])
def test_other_kinds_of_xrpl_key_are_refused(version: bytes) -> None:
    assert not is_accepted("xrpl", base58(version, bytes(20), is_xrpl=True))


def test_xrpl_alphabet_is_not_that_of_bitcoin() -> None:
    assert not is_accepted("xrpl", base58(b"\0", bytes(range(20))))
    assert not is_accepted("bitcoin", base58(b"\0", bytes(range(20)), is_xrpl=True))


@pytest.mark.parametrize("tag", [-1, 2**32, True])
def test_x_address_with_a_tag_out_of_bounds_can_not_be_made(tag: int) -> None:
    with pytest.raises(InputError):
        xrpl.to_x_address(CLASSIC, tag)


@pytest.mark.parametrize("tag", [None, 7])
def test_x_address_is_not_packed_again(tag: int | None) -> None:
    with pytest.raises(InputError):
        xrpl.to_x_address(xrpl.to_x_address(CLASSIC, tag), 8)
