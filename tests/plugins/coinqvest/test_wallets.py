"""Wallets: what the account holds, exactly, or an error."""

from __future__ import annotations

from typing import Any

import pytest

from checkout_kit.domain.money import Money
from checkout_kit.errors import ProviderProtocolError
from checkout_kit_coinqvest import CoinqvestPlugin
from checkout_kit_coinqvest.payloads import from_asset
from tests.plugins.coinqvest.fake_api import FakeApi, read_text
from tests.plugins.coinqvest.withdrawal_side import USD


def test_wallets_are_told_apart_by_their_issuer(
    api: FakeApi, plugin: CoinqvestPlugin
) -> None:
    api.put("GET /wallets", read_text("list_wallets"))
    wallets = {wallet.reference: wallet for wallet in plugin.list_wallets()}
    assert str(wallets["XLM:NATIVE"].balance) == "950.0000000 XLM"
    assert wallets[USD].balance == Money("10.835825", from_asset(USD))
    assert str(wallets["BTC"].balance) == "0.00000000 BTC"
    assert wallets[USD].name == "USD by AnchorUSD"


def test_the_noise_of_a_json_number_is_rounded_off(
    api: FakeApi, plugin: CoinqvestPlugin
) -> None:
    text = read_text("list_wallets").replace("10.835825", "10.835825000000001")
    api.put("GET /wallets", text)
    wallets = {wallet.reference: wallet for wallet in plugin.list_wallets()}
    assert wallets[USD].balance == Money("10.835825", from_asset(USD))


@pytest.mark.parametrize(
    "wallet",
    [
        {"assetCode": "USD", "type": "FIAT", "balance": 5, "assets": []},
        {
            "assetCode": "USD",
            "type": "FIAT",
            "balance": 5,
            "assets": [{"id": "USD", "balance": 5}],
        },
        {"assetCode": "USD", "type": "FIAT", "assets": []},
    ],
)
def test_money_that_cannot_be_named_is_an_error(
    api: FakeApi, plugin: CoinqvestPlugin, wallet: Any
) -> None:
    api.put("GET /wallets", {"wallets": [wallet]})
    with pytest.raises(ProviderProtocolError):
        plugin.list_wallets()


def test_an_empty_wallet_of_an_unknown_code_is_left_out(
    api: FakeApi, plugin: CoinqvestPlugin
) -> None:
    odd = {"assetCode": "QQQ", "type": "FIAT", "balance": 0, "assets": []}
    api.put("GET /wallets", {"wallets": [odd]})
    assert plugin.list_wallets() == []
