"""The simulator's quotes: as the document has them, confirmed once and in time."""

from __future__ import annotations

from decimal import Decimal

import pytest

from checkout_kit_cryptocoin_pro.simulator import (
    SIMULATOR_BANK_ID,
    SIMULATOR_CARD_ID,
    SIMULATOR_USER_ID,
    SIMULATOR_WALLETS,
)
from tests.plugins.cryptocoin_pro.simulator_caller import (
    NOW,
    Caller,
    available,
    confirm,
    fields,
    keys_of,
)
from tests.plugins.cryptocoin_pro.simulator_documents import (
    AMOUNTS,
    PAIR,
    PAYMENT,
    QUOTE,
    SHARES,
)


def test_a_new_quote_is_the_documents_example(seller: Caller) -> None:
    quote = seller.quote()
    assert keys_of(quote) == QUOTE
    assert (
        quote
        | {
            "status": "available",
            "typeOperationName": "sell_to_fiat",
            "payment": {"type": "bank", "id": SIMULATOR_BANK_ID, "mandatory": False},
            "from": "ETH",
            "to": "EUR",
            "amount": "0.2",
            "rate": "142.2625",
            "commission": {
                "fromAmount": "0.01",
                "fromTotal": "1.4975",
                "discountPercent": "0",
                "percent": "5",
            },
            "total": "28.4525",
            "lifeSeconds": 3600,
            "lifeUntilAt": NOW + 3600,
            "createdAt": NOW,
        }
        == quote
    )
    assert seller.token not in quote["confirmUrl"]


def test_a_purchase_is_the_documents_other_example(seller: Caller) -> None:
    body = {"orderType": "buy_with_fiat", "secondOrderType": "withdraw"}
    made = seller.quote(**body, wallet=SIMULATOR_WALLETS["ETH"])
    (quote,) = seller.get("/quote?status=available&type=buy_with_fiat")["data"]
    assert (
        quote
        | {
            "id": made["id"],
            "from": "EUR",
            "to": "ETH",
            "amount": "0.2000000000000000000000000",
            "rate": "172.2125000000000000000000000",
            "commission": {
                "fromAmount": "4.4925",
                "fromTotal": "0.03",
                "discountPercent": "0",
                "percent": "15",
            },
            "total": "34.4425000000000000000000000",
            "wallet": SIMULATOR_WALLETS["ETH"],
            "confirmUrl": None,
        }
        == quote
    )


def test_a_single_quote_has_its_whole_order(seller: Caller) -> None:
    made = seller.quote()
    assert keys_of(seller.get(f"/quote/{made['id']}")["data"]) == {
        **QUOTE,
        "checkout": None,
    }
    order = confirm(seller, made)
    shown = seller.get(f"/quote/{made['id']}")["data"]
    assert keys_of(shown["order"]) == {
        **PAIR,
        **AMOUNTS,
        "parentOrder": PAIR,
        "payment": PAYMENT,
        "commissions": SHARES,
        "quote": PAIR,
        **fields("externalPlatform createdAt"),
    }
    assert (shown["order"]["id"], shown["confirmUrl"]) == (order["id"], None)


def test_a_quote_is_confirmed_once_and_in_time(seller: Caller) -> None:
    first, second = seller.quote(), seller.quote()
    confirm(seller, first)
    path = f"/quote/{first['id']}"
    text = "This quote is already processed."
    assert seller.post(path, status=403) == {"message": text}
    seller.ticker.unix += 3599
    assert seller.get(f"/quote/{second['id']}")["data"]["status"] == "available"
    seller.ticker.unix += 1
    path = f"/quote/{second['id']}"
    text = "This quote has expired."
    assert seller.post(path, status=403) == {"message": text}
    assert seller.get(path)["data"]["status"] == "expired"
    seller.control("/settings", {"quote_life": "30"})
    third = seller.quote()
    assert third["lifeSeconds"] == 30
    seller.control(f"/quotes/{third['id']}/expire")
    assert seller.post(f"/quote/{third['id']}", status=403) == {"message": text}
    assert available(seller) == Decimal("9.8")


def test_a_payment_method_may_come_with_the_confirmation(seller: Caller) -> None:
    quote = seller.quote(orderPaymentMethod=None)
    assert quote["payment"] == {"type": "bank", "id": None, "mandatory": False}
    path = f"/quote/{quote['id']}"
    for body in ({}, {"orderPaymentMethod": SIMULATOR_USER_ID}):
        refused = seller.post(path, body, status=422)
        assert list(refused["errors"]) == ["orderPaymentMethod"]
    order = confirm(seller, quote, orderPaymentMethod=SIMULATOR_CARD_ID)
    assert (order["payment"]["method"], order["payment"]["id"]) == (
        "card",
        SIMULATOR_CARD_ID,
    )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"type": "token"}, "orderSymbol"),
        ({"orderType": "sell"}, "orderType"),
        ({"secondOrderType": "withdraw"}, "secondOrderType"),
        ({"orderAmount": "0"}, "orderAmount"),
        ({"orderSymbol": "DOGE"}, "orderSymbol"),
        ({"orderPaymentSymbol": "GBP"}, "orderPaymentSymbol"),
        ({"orderPaymentSymbol": None}, "orderPaymentSymbol"),
        ({"orderPaymentMethod": SIMULATOR_USER_ID}, "orderPaymentMethod"),
        (
            {"orderPaymentMethod": None, "orderPaymentType": None},
            "orderPaymentType",
        ),
        ({"orderType": "withdraw"}, "wallet"),
        ({"orderType": "buy_with_fiat", "wallet": "0x12"}, "wallet"),
    ],
)
def test_quotes_follow_their_rules(
    seller: Caller, change: dict[str, str | None], field: str
) -> None:
    body = {
        "type": "coin",
        "orderType": "sell_to_fiat",
        "orderAmount": "0.2",
        "orderSymbol": "ETH",
        "orderPaymentSymbol": "EUR",
        "orderPaymentMethod": SIMULATOR_BANK_ID,
        **change,
    }
    wanted = {name: value for name, value in body.items() if value is not None}
    refused = seller.post("/quote", wanted, status=422)
    assert list(refused["errors"]) == [field]


def test_trade_may_be_stopped(seller: Caller) -> None:
    seller.control(f"/users/{SIMULATOR_USER_ID}", {"trading": False})
    assert seller.get("")["data"]["tradeStatus"] is False
    body = {
        "type": "coin",
        "orderType": "sell_to_fiat",
        "orderAmount": "0.2",
        "orderSymbol": "ETH",
        "orderPaymentSymbol": "EUR",
        "orderPaymentType": "bank",
    }
    refused = seller.post("/quote", body, status=403)
    assert refused == {"message": "Unable to process your request."}


def test_a_quote_can_be_confirmed_by_its_link(seller: Caller) -> None:
    quote = seller.quote()
    link = quote["confirmUrl"].removeprefix("http://localhost")
    assert b"available" in seller.http.get(link).data
    assert seller.http.get(link[:-1] + "_").status_code == 403
    assert b"completed" in seller.http.post(link).data
    assert seller.get(f"/quote/{quote['id']}")["data"]["status"] == "completed"
    refused = seller.http.post(link)
    assert (refused.status_code, b"already processed" in refused.data) == (403, True)
    late = seller.quote()["confirmUrl"].removeprefix("http://localhost")
    seller.ticker.unix += 3601
    assert seller.http.get(late).status_code == 403
