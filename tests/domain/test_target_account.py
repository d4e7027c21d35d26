"""Target accounts: the document's shapes, each part checked by its network's rules."""

from __future__ import annotations

from typing import Any

import pytest

from checkout_kit.domain.addresses.xrpl import to_x_address
from checkout_kit.domain.currency import Currency
from checkout_kit.domain.target_account import (
    network_of,
    read_target_account,
    write_target_account,
)
from checkout_kit.errors import InputError
from tests.domain.judges import BITCOIN, CHECKSUMMED, CLASSIC, STELLAR
from tests.domain.test_bank import RIGHT

DOLLAR = Currency.parse(f"USD:{STELLAR}@stellar")


@pytest.mark.parametrize(
    ("network", "account"),
    [
        ("BTC", {"address": BITCOIN[0]}),
        ("ETH", {"address": CHECKSUMMED}),
        ("XRP", {"account": CLASSIC, "destinationTag": "0"}),
        ("XRP", {"account": CLASSIC, "destinationTag": None}),
        ("XLM", {"account": STELLAR, "memo": "EXODUS", "memoType": "text"}),
        ("XLM", {"account": STELLAR, "memo": None, "memoType": None}),
        *RIGHT.items(),
    ],
)
def test_an_account_is_read_and_written_as_in_the_document(
    network: str, account: dict[str, Any]
) -> None:
    target = read_target_account(network, account)
    assert write_target_account(target) == account
    assert network_of(target) == network
    assert target.currency == Currency.parse(network)


def test_an_asset_of_the_stellar_network_is_sent_as_what_it_is() -> None:
    target = read_target_account("XLM", {"account": STELLAR}, DOLLAR)
    assert target.currency == DOLLAR
    assert network_of(target) == "XLM"


def test_a_tag_may_be_a_number_or_part_of_an_x_address() -> None:
    number = read_target_account("XRP", {"account": CLASSIC, "destinationTag": 12})
    x_address = to_x_address(CLASSIC, 12)
    assert read_target_account("XRP", {"account": x_address}) == number
    assert number.destination_tag == 12


def test_a_provider_may_know_the_account_itself() -> None:
    target = read_target_account("USD", {"account": "on file"})
    assert dict(target.bank_account) == {"account": "on file"}


@pytest.mark.parametrize(
    ("network", "account", "named"),
    [
        ("BTC", {}, "targetAccount.address"),
        ("BTC", {"address": BITCOIN[0][:-1] + "3"}, "targetAccount.address"),
        ("BTC", {"address": 5}, "targetAccount.address"),
        ("BTC", {"account": BITCOIN[0]}, "targetAccount.account"),
        ("BTC", {"address": BITCOIN[0], "memo": "x"}, "targetAccount.memo"),
        ("LTC", {"address": BITCOIN[0]}, "targetAccount.address"),
        ("XLM", {"account": STELLAR, "memo": "x"}, "targetAccount.memoType"),
        ("XLM", {"account": STELLAR, "memoType": "id"}, "targetAccount.memoType"),
        (
            "XLM",
            {"account": STELLAR, "memo": "x", "memoType": "id"},
            "targetAccount.memo",
        ),
        ("XLM", {"account": STELLAR, "memo": 5}, "targetAccount.memo"),
        ("XRP", {"account": CLASSIC, "destinationTag": "012"}, "destinationTag"),
        ("XRP", {"account": CLASSIC, "destinationTag": 2**32}, "destinationTag"),
        ("XRP", {"account": CLASSIC, "destinationTag": True}, "destinationTag"),
        ("EUR", {"iban": "DE89370400440532013001", "swift": "DEUTDEFF"}, "iban"),
        ("EUR", {"iban": RIGHT["EUR"]["iban"]}, "targetAccount.swift"),
        ("EUR", {"iban": 5, "swift": "DEUTDEFF"}, "targetAccount.iban"),
        ("NGN", {"nuban": "3080494548", "bankName": "FirstBank"}, "nuban"),
        ("NGN", {"nuban": "0000014579", "bankName": "MyBank"}, "bankName"),
        ("USD", {"accountNumber": "1234567"}, "targetAccount.routingNumber"),
        ("CHF", {}, "targetAccount"),
        ("DOGE", {"address": "D"}, "targetNetwork"),
        ("stellar", {"account": STELLAR}, "targetNetwork"),
    ],
)
def test_the_part_that_is_wrong_is_named(
    network: str, account: dict[str, Any], named: str
) -> None:
    with pytest.raises(InputError) as caught:
        read_target_account(network, account)
    assert caught.value.field.endswith(named)


@pytest.mark.parametrize(
    ("network", "asset"), [("BTC", "XLM"), ("EUR", "EUR"), ("XLM", "BTC")]
)
def test_a_target_asset_is_one_of_the_stellar_network(network: str, asset: str) -> None:
    account = {"account": STELLAR} if network == "XLM" else {"address": BITCOIN[0]}
    with pytest.raises(InputError) as caught:
        read_target_account(network, account, Currency.parse(asset))
    assert caught.value.field == "targetAsset"
