"""Every endpoint and channel of the document has a method, and a row in the docs."""

from __future__ import annotations

from pathlib import Path

import pytest

from checkout_kit_quoine_exchange.client import QuoineExchangeClient, QuoineUserClient
from checkout_kit_quoine_exchange.config import CHANNEL_KINDS
from checkout_kit_quoine_exchange.rates.channels import channels_of

#: The headings "> METHOD /path" of the document's chapters I and II.
ENDPOINTS: dict[str, tuple[type, str]] = {
    "POST /users/": (QuoineExchangeClient, "create_user"),
    "PUT /users/:id": (QuoineExchangeClient, "update_user"),
    "GET /users/:id/accounts": (QuoineExchangeClient, "list_accounts"),
    "PUT /accounts/:id/fund": (QuoineExchangeClient, "fund_account"),
    "PUT /accounts/:id/withdraw": (QuoineExchangeClient, "withdraw_from_account"),
    "POST /crypto_withdrawals/": (QuoineUserClient, "create_crypto_withdrawal"),
    "GET /crypto_withdrawals/:id": (QuoineUserClient, "get_crypto_withdrawal"),
    "GET /crypto_withdrawals": (QuoineUserClient, "list_crypto_withdrawals"),
}
#: The channels of chapter III, with the examples that the document gives.
CHANNELS = {
    "market_data_bid_ask": "updated",
    "product_cash_btcusd_1": "updated",
    "price_ladders_cash_btcusd_sell": "updated",
    "price_ladders_cash_btcusd_buy": "updated",
    "executions_cash_btcusd": "created",
}
PAGE = Path(__file__).parents[3] / "docs" / "providers" / "quoine_exchange.md"


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_each_endpoint_has_a_method_and_a_row(endpoint: str) -> None:
    client, method = ENDPOINTS[endpoint]
    assert callable(getattr(client, method))
    assert f"| `{endpoint}` | `{method}` |" in PAGE.read_text(encoding="utf-8")


def test_no_method_is_left_over() -> None:
    methods = {
        (client, name)
        for client in (QuoineExchangeClient, QuoineUserClient)
        for name in vars(client)
        if not name.startswith("_")
    }
    assert methods == set(ENDPOINTS.values())


def test_each_channel_is_followed_and_has_a_row() -> None:
    followed = channels_of({"BTC/USD": 1}, CHANNEL_KINDS)
    assert {channel.name: channel.event for channel in followed} == CHANNELS
    page = PAGE.read_text(encoding="utf-8")
    for name in (
        "market_data_bid_ask",
        "product_cash_<pair>_<id>",
        "price_ladders_cash_<pair>_<side>",
        "executions_cash_<pair>",
    ):
        assert f"| `{name}` |" in page
