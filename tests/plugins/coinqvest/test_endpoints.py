"""Every endpoint of the API document has a method of the client."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from checkout_kit_coinqvest.client import CoinqvestClient

#: Endpoint → line of the API document where its chapter begins, and our method.
ENDPOINTS = {
    "POST /checkout": (266, "create_checkout"),
    "POST /checkout/commit": (485, "commit_checkout"),
    "POST /checkout/hosted": (624, "create_hosted_checkout"),
    "GET /checkout": (807, "get_checkout"),
    "GET /checkouts": (924, "list_checkouts"),
    "GET /payment": (1068, "get_payment"),
    "GET /payments": (1136, "list_payments"),
    "GET /wallets": (1229, "list_wallets"),
    "GET /wallet": (1359, "get_wallet"),
    "POST /withdrawal": (1418, "create_withdrawal"),
    "POST /withdrawal/commit": (1654, "commit_withdrawal"),
    "GET /withdrawal": (1804, "get_withdrawal"),
    "GET /withdrawals": (1913, "list_withdrawals"),
    "GET /asset-issuers": (2053, "list_asset_issuers"),
    "GET /asset-issuer": (2192, "get_asset_issuer"),
    "GET /assets": (2293, "list_assets"),
    "GET /asset": (2371, "get_asset"),
    "GET /fiat-currencies": (2426, "list_fiat_currencies"),
    "GET /fiat-currency": (2484, "get_fiat_currency"),
    "GET /blockchains": (2545, "list_blockchains"),
    "GET /blockchain": (2629, "get_blockchain"),
    "GET /ping": (2702, "ping"),
    "GET /time": (2734, "get_time"),
    "GET /auth-test": (2766, "auth_test"),
    "GET /customers": (2810, "list_customers"),
    "POST /customer": (2897, "create_customer"),
    "GET /customer": (2980, "get_customer"),
    "PUT /customer": (3058, "update_customer"),
    "DELETE /customer": (3141, "delete_customer"),
}
METHODS = {
    name
    for name, value in inspect.getmembers(CoinqvestClient, inspect.isfunction)
    if not name.startswith("_") and name != "close"
}
DOCS = Path(__file__).parents[3] / "docs" / "providers" / "coinqvest.md"


def test_the_document_has_29_endpoints_and_the_client_as_many_methods() -> None:
    assert len(ENDPOINTS) == 29
    assert {method for _, method in ENDPOINTS.values()} == METHODS


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_each_method_names_its_endpoint(endpoint: str) -> None:
    _, method = ENDPOINTS[endpoint]
    assert f"({endpoint})" in (getattr(CoinqvestClient, method).__doc__ or "")


def test_the_docs_page_has_a_row_for_each_endpoint() -> None:
    rows = re.findall(r"^\| `(\w+ /\S+)` \| `(\w+)` \|", DOCS.read_text("utf-8"), re.M)
    assert dict(rows) == {name: method for name, (_, method) in ENDPOINTS.items()}
