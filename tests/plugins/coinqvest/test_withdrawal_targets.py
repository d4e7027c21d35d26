"""Where money goes is sent as the document has it, or refused before anything is."""

from __future__ import annotations

from typing import Any

import pytest

from checkout_kit.domain.money import Money
from checkout_kit.domain.withdrawal import WithdrawalRequest, WithdrawalTarget
from checkout_kit.errors import InputError, NotSupported
from checkout_kit.testing import MemoryOperation
from checkout_kit_coinqvest import CoinqvestPlugin
from checkout_kit_coinqvest.payloads import from_asset
from checkout_kit_coinqvest.targets import build_withdrawal
from tests.plugins.coinqvest.fake_api import FakeApi, read_case
from tests.plugins.coinqvest.withdrawal_side import NAIRA, NUBAN, USD, request, target

STELLAR = "GASKYWPPQ2VSO6KNIPIRVXMSSDGZLYZQ67CDTLVXOXYDG26SPZ66EDCQ"
RIPPLE = "rEfqXNqQoyVVgkcF51NQNGWst96KJFZQf2"
BITCOIN = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
ETHEREUM = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
IBAN = {"iban": "DE02100100100006820101", "swift": "PBNKDEFF"}


def test_the_documents_stellar_payload() -> None:
    to = target("XLM", address=STELLAR, memo="EXODUS", memo_type="text")
    sent = build_withdrawal(request(to, "10"))
    assert sent == read_case("request_withdrawal_xlm")


def test_the_documents_bitcoin_payload_with_its_relay() -> None:
    expected = read_case("request_withdrawal_btc")
    address = expected["targetAccount"]["address"]
    options = {"relay": expected["relay"]}
    sent = build_withdrawal(
        request(target("BTC", address=address), "100", options=options)
    )
    assert sent == expected


def test_the_documents_ripple_payload() -> None:
    to = target("XRP", address=RIPPLE, destination_tag=1234)
    assert build_withdrawal(request(to, "100")) == read_case("request_withdrawal_xrp")


def test_the_documents_naira_payload() -> None:
    to = target("NGN", bank_account=NUBAN)
    assert build_withdrawal(request(to, "100")) == read_case("request_withdrawal_ngn")


def test_other_targets() -> None:
    token = build_withdrawal(request(target(f"{USD}@stellar", address=STELLAR)))
    assert token["targetAsset"] == USD
    assert token["targetAccount"] == {"account": STELLAR}
    euro = build_withdrawal(request(target("EUR", bank_account=IBAN)))
    assert (euro["targetNetwork"], euro["targetAccount"]) == ("EUR", IBAN)
    account = {"accountNumber": "12345678", "routingNumber": "021000021"}
    dollar = build_withdrawal(request(target("USD", bank_account=account)))
    assert dollar["targetAccount"] == account and "targetAsset" not in dollar
    ether = build_withdrawal(request(target("ETH", address=ETHEREUM)))
    assert ether["targetAccount"] == {"address": ETHEREUM}


@pytest.mark.parametrize(
    ("code", "account"),
    [
        ("EUR", {**IBAN, "iban": "DE03100100100006820101"}),
        ("EUR", {**IBAN, "swift": "PBNK"}),
        ("EUR", {"iban": IBAN["iban"]}),
        ("EUR", {**IBAN, "name": "Ada"}),
        ("NGN", {**NUBAN, "nuban": "308049454"}),
        ("NGN", {**NUBAN, "bankName": "Bank of Nowhere"}),
        ("USD", {"accountNumber": "12345678", "routingNumber": "021000022"}),
        ("USD", {"accountNumber": "12345678", "routingNumber": "000000000"}),
        ("USD", {"accountNumber": "1234-5678", "routingNumber": "021000021"}),
        ("CAD", {"accountNumber": "12345678", "routingNumber": "1"}),
    ],
)
def test_bank_accounts_that_cannot_be_are_refused(
    api: FakeApi, plugin: CoinqvestPlugin, code: str, account: dict[str, str]
) -> None:
    with pytest.raises(InputError):
        plugin.withdraw_funds(
            request(target(code, bank_account=account)), MemoryOperation()
        )
    assert api.seen == []


@pytest.mark.parametrize(
    "to",
    [
        target("GBP", bank_account={"sortCode": "000000"}),
        target("USDC:0xabc@ethereum", address=ETHEREUM),
        target("MOBI@stellar", address=STELLAR),
        target(
            "XLM",
            address=(
                "MA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJUAAAAAAAAAAAACJUQ"
            ),
        ),
    ],
)
def test_targets_without_a_way_are_refused(
    api: FakeApi, plugin: CoinqvestPlugin, to: WithdrawalTarget
) -> None:
    with pytest.raises(NotSupported):
        plugin.withdraw_funds(request(to), MemoryOperation())
    assert api.seen == []


@pytest.mark.parametrize(
    ("to", "options"),
    [
        (target("BTC", address=BITCOIN), {"relay": "Stellarport"}),
        (target("BTC", address=BITCOIN), {"fast": "yes"}),
        (target("XLM", address=STELLAR), {"relay": USD}),
    ],
)
def test_odd_options_are_refused(to: WithdrawalTarget, options: Any) -> None:
    with pytest.raises(InputError):
        build_withdrawal(request(to, options=options))


@pytest.mark.parametrize("wallet", ["XLM:NATIVE", "USD", "BTC"])
def test_the_amount_is_in_the_wallets_currency(
    api: FakeApi, plugin: CoinqvestPlugin, wallet: str
) -> None:
    odd = WithdrawalRequest(wallet, Money("1", from_asset(USD)), NAIRA.target)
    with pytest.raises(InputError):
        plugin.withdraw_funds(odd, MemoryOperation())
    assert api.seen == []


def test_an_iban_may_be_written_in_groups() -> None:
    grouped = {**IBAN, "iban": "DE02 1001 0010 0006 8201 01"}
    built = build_withdrawal(request(target("EUR", bank_account=grouped)))
    assert built["targetAccount"] == IBAN
