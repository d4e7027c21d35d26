"""The simulator's orders: sales, withdrawals and purchases, alone and in lists."""

from __future__ import annotations

from decimal import Decimal

import pytest

from checkout_kit_cryptocoin_pro.simulator import SIMULATOR_CARD_ID, SIMULATOR_USER_ID
from tests.plugins.cryptocoin_pro.simulator_caller import (
    PDF,
    PNG,
    Caller,
    available,
    confirm,
    fields,
    keys_of,
)
from tests.plugins.cryptocoin_pro.simulator_documents import (
    AMOUNTS,
    COMMISSION,
    ORDER,
    PAIR,
    PAYMENT,
    QUOTE,
    SHARES,
)


def test_a_sale_from_quote_to_money(seller: Caller) -> None:
    quote = seller.quote()
    order = confirm(seller, quote)
    assert keys_of(order) == {
        **PAIR,
        **AMOUNTS,
        "parentOrder": PAIR,
        "payment": PAYMENT,
        "commissions": SHARES,
        "quote": {**QUOTE, "checkout": None},
        **fields("kycLevelRequired externalPlatform createdAt"),
    }
    assert (
        order
        | {
            "status": "PAYMENT_WAITING",
            "typeOperation": "out",
            "fromAmount": "0.2000000000000000000000000",
            "toSymbol": "EUR",
            "toAmount": "28.4525000000000000000000000",
            "commissions": {"percent": "5", "amount": "1.4975"},
        }
        == order
    )
    assert (order["quote"]["status"], order["quote"]["id"]) == (
        "completed",
        quote["id"],
    )
    assert available(seller) == Decimal("9.8")
    listed = seller.get("/order?typeOperationName=sell_to_fiat")["data"]
    assert [keys_of(found) for found in listed] == [ORDER]
    assert listed[0]["commissions"]["amount"] == "1.4975000000000000000000000"
    seller.ticker.unix += 5
    assert seller.get(f"/order/{order['id']}")["data"]["status"] == "APPROVED"
    assert available(seller) == Decimal("9.8")


def test_a_single_order_has_numbers_of_many_kinds(seller: Caller) -> None:
    order = confirm(seller, seller.quote(orderAmount="0.000006"))
    shown = seller.get(f"/order/{order['id']}")["data"]
    assert keys_of(shown) == {
        **{name: value for name, value in ORDER.items() if name != "createdAt"},
        "quote": {
            **fields("id publicId type"),
            "payment": fields("type id"),
            **fields("from to amount rate"),
            "commission": COMMISSION,
            **fields("total wallet checkout lifeSeconds lifeUntilAt createdAt"),
        },
        **fields("kycLevelRequired createdAt"),
    }
    quote = shown["quote"]
    assert (quote["type"], quote["amount"]) == ("sell_to_fiat", "6.0e-6")
    assert quote["commission"]["fromTotal"] == "4.4925e-5"
    assert quote["total"] == 0.000853575
    seller.control("/settings", {"order_numbers": "texts"})
    quote = seller.get(f"/order/{order['id']}")["data"]["quote"]
    assert quote["total"] == "0.0008535750000000000000000"


def test_what_is_not_there_can_not_be_sold(merchant: Caller) -> None:
    quote = merchant.quote()
    merchant.post(f"/quote/{quote['id']}", status=403)
    assert merchant.get(f"/quote/{quote['id']}")["data"]["status"] == "available"
    assert merchant.get("/order") == {"data": []}


def test_a_sale_waits_for_its_level_of_kyc(seller: Caller) -> None:
    seller.control("/balances", {"symbol": "ETH", "amount": "1000"})
    seller.control(f"/users/{SIMULATOR_USER_ID}", {"kyc_level": 1})
    order = confirm(seller, seller.quote(orderAmount="200"))
    assert order["kycLevelRequired"] == 3
    seller.ticker.unix += 60
    path = f"/order/{order['id']}"
    assert seller.get(path)["data"]["status"] == "PAYMENT_WAITING"
    seller.control(f"/users/{SIMULATOR_USER_ID}", {"kyc_level": 3})
    assert seller.get(path)["data"]["status"] == "APPROVED"


def test_sales_wait_where_the_switch_says_so(seller: Caller) -> None:
    seller.control("/settings", {"completes_sales": False})
    order = confirm(seller, seller.quote())
    seller.ticker.unix += 3600
    path = f"/order/{order['id']}"
    assert seller.get(path)["data"]["status"] == "PAYMENT_WAITING"
    seller.control("/orders/complete")
    assert seller.get(path)["data"]["status"] == "APPROVED"
    rejected = confirm(seller, seller.quote())
    assert available(seller) == Decimal("9.6")
    seller.control(f"/orders/{rejected['id']}/reject")
    assert available(seller) == Decimal("9.8")


def test_coins_for_coins_and_out(seller: Caller) -> None:
    swap = seller.quote(
        orderType="sell_to_crypto", orderPaymentSymbol="XBT", orderAmount="1"
    )
    order = confirm(seller, swap)
    assert (order["status"], order["toSymbol"]) == ("APPROVED", "XBT")
    assert available(seller) == 9
    assert available(seller, "XBT") == Decimal(order["toAmount"])
    wallet = seller.get("/wallet?coin=ETH")["data"][0]
    out = seller.quote(orderType="withdraw", orderAmount="2", wallet=wallet["id"])
    order = confirm(seller, out)
    assert order["wallet"] == wallet["address"]
    assert (order["status"], order["toAmount"]) == (
        "APPROVED",
        "1.9600000000000000000000000",
    )
    assert order["txId"].startswith("0x")
    assert available(seller) == 7


def test_a_withdrawal_to_an_address_inside_arrives(
    seller: Caller, neighbour: Caller
) -> None:
    target = neighbour.deposit_address()
    out = seller.quote(orderType="withdraw", orderAmount="2", wallet=target)
    sent = confirm(seller, out)
    (arrived,) = neighbour.get("/order")["data"]
    assert (arrived["txId"], arrived["wallet"]) == (sent["txId"], target)
    assert available(neighbour) == Decimal("1.96")


def test_a_purchase_by_bank_asks_for_a_proof(merchant: Caller) -> None:
    order = confirm(merchant, merchant.quote(orderType="buy_with_fiat"))
    assert order["status"] == "PAYMENT_WAITING"
    assert "/payment/bank-confirm?order=" in order["payment"]["url"]
    path = f"/order/{order['id']}/payment-confirmation"
    missing = merchant.post(path, {}, status=422)
    assert missing["errors"] == {"file": ["The file field is required."]}
    big = {"file": PNG + bytes(10_240 * 1024)}
    assert list(merchant.upload(path, big, status=422)["errors"]) == ["file"]
    taken = merchant.upload(path, {"file": PNG})
    assert taken == {"message": "Proof of payment successfully uploaded."}
    shown = merchant.get(f"/order/{order['id']}")["data"]
    assert (shown["status"], shown["payment"]["proofUploaded"]) == (
        "PROCESSING_PAYMENT",
        True,
    )
    text = "This order payment is already confirmed."
    assert merchant.upload(path, {"file": PNG}, status=403) == {"message": text}
    merchant.control(f"/orders/{order['id']}/approve")
    assert available(merchant) == Decimal("0.2")


def test_other_orders_ask_for_no_proof(merchant: Caller) -> None:
    card = {"orderPaymentMethod": SIMULATOR_CARD_ID, "orderType": "buy_with_fiat"}
    order = confirm(merchant, merchant.quote(**card))
    path = f"/order/{order['id']}/payment-confirmation"
    text = "This order do not require payment proof confirmation."
    assert merchant.upload(path, {"file": PNG}, status=403) == {"message": text}
    wrong = {"file": PDF}
    assert merchant.upload(path, wrong, status=422)["errors"]


def test_strangers_see_no_order_and_no_quote(seller: Caller, neighbour: Caller) -> None:
    quote = seller.quote()
    order = confirm(seller, quote)
    for path in (f"/quote/{quote['id']}", f"/order/{order['id']}"):
        assert neighbour.call("GET", path).status_code == 404
    assert neighbour.call("POST", f"/quote/{quote['id']}", json={}).status_code == 404


@pytest.mark.parametrize(
    ("spelling", "names"),
    [
        ("perPage", ("currentPage", "perPage", "lastPage")),
        ("per_page", ("current_page", "per_page", "last_page")),
    ],
)
def test_lists_may_be_cut_into_pages(
    merchant: Caller, spelling: str, names: tuple[str, ...]
) -> None:
    address = merchant.deposit_address()
    for _ in range(30):
        merchant.control("/deposits", {"address": address, "amount": "1"})
    assert len(merchant.get("/order")["data"]) == 30
    merchant.control("/settings", {"pages": spelling})
    first, second = merchant.get("/order"), merchant.get("/order?page=2")
    assert (len(first["data"]), len(second["data"])) == (25, 5)
    expected = dict(zip(names, (2, 25, 2), strict=True))
    assert second["meta"] == {"total": 30, **expected}
    ids = {order["id"] for order in first["data"] + second["data"]}
    assert len(ids) == 30
    assert merchant.get("/order?page=9")["data"] == []


def test_lists_begin_with_the_newest_or_the_oldest(merchant: Caller) -> None:
    address = merchant.deposit_address()
    made = [
        merchant.control("/deposits", {"address": address, "amount": "1"})["order"][
            "id"
        ]
        for _ in range(3)
    ]
    assert [order["id"] for order in merchant.get("/order")["data"]] == made[::-1]
    merchant.control("/settings", {"order": "oldest"})
    assert [order["id"] for order in merchant.get("/order")["data"]] == made
