"""Addresses of every network, and what is none."""

from __future__ import annotations

from typing import Any

import pytest

from checkout_kit.domain.addresses import NETWORKS, check_address
from checkout_kit.errors import CurrencyError, InputError
from tests.domain.judges import (
    BITCOIN,
    CHECKSUMMED,
    CLASSIC,
    MUXED,
    STELLAR,
    base58,
    is_accepted,
)


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize(
    "address",
    [
        "",
        " ",
        "a",
        "0x",
        "bc1",
        "ltc1",
        "1",
        "r",
        "G",
        "M",
        "X",
        None,
        5,
        b"1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2",
        *(
            pytest.param(start + "a" * 100_000, id=f"{start} and 100 kB")
            for start in ("", "1", "3", "bc1", "BC1", "ltc1", "0x", "G", "M", "r", "X")
        ),
        pytest.param("1" * 100_000, id="100 kB of zeros"),
        pytest.param("r" * 100_000, id="100 kB of XRPL zeros"),
        pytest.param("é" * 100_000, id="100 kB beyond ASCII"),
    ],
)
def test_nonsense_and_long_text_are_refused(network: str, address: Any) -> None:
    with pytest.raises(InputError) as caught:
        check_address(network, address)
    assert caught.value.field == "address"


@pytest.mark.parametrize(
    ("network", "address"),
    [
        *(("bitcoin", address) for address in BITCOIN),
        ("stellar", STELLAR),
        ("stellar", MUXED),
        ("xrpl", CLASSIC),
        ("ethereum", CHECKSUMMED),
    ],
)
@pytest.mark.parametrize(
    "change",
    [" {}", "{} ", "{}\n", "\n{}", "{}\0", "{}\u200b", "{}\u202e", "{}?dt=1", "x:{}"],
)
def test_text_around_an_address_is_refused(
    network: str, address: str, change: str
) -> None:
    assert is_accepted(network, address)
    assert not is_accepted(network, change.format(address))


@pytest.mark.parametrize(
    "address", ["\uff11BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", "\u0431c1qw508d6qejxtdg4y5"]
)
def test_look_alike_characters_are_refused(address: str) -> None:
    assert not is_accepted("bitcoin", address)


def test_currency_names_its_network() -> None:
    assert check_address("XBT", BITCOIN[0]) == BITCOIN[0]
    assert check_address("XLM", STELLAR) == STELLAR
    assert check_address(f"USDC:{STELLAR}@stellar", STELLAR) == STELLAR


@pytest.mark.parametrize("network", ["USD", "USDT@tron"])
def test_network_without_known_addresses_is_refused_by_name(network: str) -> None:
    with pytest.raises(InputError, match="bitcoin") as caught:
        check_address(network, BITCOIN[0])
    assert caught.value.field == "network"


def test_unknown_currency_is_refused() -> None:
    with pytest.raises(CurrencyError):
        check_address("nowhere", BITCOIN[0])


def test_address_of_one_network_is_none_of_another() -> None:
    owners = {
        "bitcoin": BITCOIN[0],
        "litecoin": base58(b"\x30", bytes(20)),
        "ethereum": CHECKSUMMED,
        "stellar": STELLAR,
        "xrpl": CLASSIC,
    }
    for network in NETWORKS:
        accepted = [n for n, address in owners.items() if is_accepted(network, address)]
        assert accepted == [network]
