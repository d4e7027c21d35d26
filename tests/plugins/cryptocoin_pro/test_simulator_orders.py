"""The simulator's deposits, quotes, orders and transfers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from checkout_kit.domain.addresses import check_address
from checkout_kit_cryptocoin_pro.simulator import (
    SIMULATOR_BANK_ID,
    SIMULATOR_CARD_ID,
    SIMULATOR_NEIGHBOUR_EMAIL,
    SIMULATOR_NEIGHBOUR_ID,
    SIMULATOR_USER_ID,
    SIMULATOR_WALLETS,
)
from tests.plugins.cryptocoin_pro.simulator_caller import (
    NOW,
    PDF,
    PNG,
    Caller,
    fields,
    keys_of,
    make_caller,
)

PAIR = fields("id publicId")
PLATFORM = fields("code name url")
PAYMENT = fields("method id url feePercent proofUploaded")
SHARES = fields("percent amount")
AMOUNTS = fields(
    "status type typeOperation typeOperationName fromSymbol fromAmount rate toSymbol "
    "toAmount wallet txId"
)
#: An order of a list.
ORDER = {
    **PAIR,
    **AMOUNTS,
    "parentOrder": PAIR,
    "childOrder": PAIR,
    "payment": PAYMENT,
    "commissions": SHARES,
    "quote": PAIR,
    "transfer": PAIR,
    "externalPlatform": PLATFORM,
    "createdAt": None,
}
COMMISSION = fields("fromAmount fromTotal discountPercent percent")
#: A quote of a list.
QUOTE = {
    **fields("id publicId status type typeOperationName"),
    "payment": fields("type id mandatory"),
    **fields("from to amount rate"),
    "commission": COMMISSION,
    "total": None,
    "parentOrder": PAIR,
    "wallet": None,
    "order": PAIR,
    **fields("externalPlatform lifeSeconds lifeUntilAt confirmUrl createdAt"),
}
USER = fields("id email")
TRANSFER = {
    **fields("id publicId status amount total"),
    "commission": fields("value percent"),
    "byUser": USER,
    "fromUser": USER,
    "toUser": USER,
    "fromOrder": PAIR,
    "toOrder": PAIR,
    "externalPlatform": PLATFORM,
    **fields("lifeSeconds lifeUntilAt createdAt"),
}


@pytest.fixture
def merchant() -> Caller:
    return make_caller()


@pytest.fixture
def neighbour(merchant: Caller) -> Caller:
    email = SIMULATOR_NEIGHBOUR_EMAIL
    return Caller(merchant.http, merchant.ticker, email, SIMULATOR_NEIGHBOUR_ID)


@pytest.fixture
def seller(merchant: Caller) -> Caller:
    """The merchant with ten ether."""
    merchant.control("/balances", {"symbol": "ETH", "amount": "10"})
    return merchant


def _available(caller: Caller, symbol: str = "ETH") -> Decimal:
    found = caller.get(f"/balances/{symbol}")["data"]
    (asset,) = found["coins"] + found["tokens"]
    return Decimal(asset["amounts"]["crypto"]["available"])


def _confirm(caller: Caller, quote: dict[str, Any], **body: str) -> Any:
    return caller.post(f"/quote/{quote['id']}", body, status=201)["data"]


def test_deposit_addresses(merchant: Caller) -> None:
    body = {"asset": "ETH", "destination": "checkout"}
    made = merchant.post("/deposit/address", body)["data"]
    assert keys_of(made) == fields("id address type destination status chain createdAt")
    assert (
        made
        | {
            "type": "cold",
            "destination": "checkout",
            "status": "enabled",
            "chain": "ETH",
            "createdAt": NOW,
        }
        == made
    )
    bare = merchant.post("/deposit/address", {"asset": "BTC"})["data"]
    assert (bare["chain"], bare["destination"]) == ("XBT", "broker")
    token = merchant.post("/deposit/address", {"asset": "IPSX"})["data"]
    assert token["chain"] == "ETH"


@pytest.mark.parametrize(
    ("asset", "network"), [("XBT", "bitcoin"), ("ETH", "ethereum"), ("LTC", "litecoin")]
)
def test_addresses_are_valid(merchant: Caller, asset: str, network: str) -> None:
    for address in (merchant.deposit_address(asset), SIMULATOR_WALLETS[asset]):
        assert check_address(network, address).lower() == address.lower()


def test_addresses_repeat_as_the_switch_says(merchant: Caller) -> None:
    first = merchant.deposit_address()
    assert merchant.deposit_address() != first
    merchant.control("/settings", {"addresses": "open"})
    again = merchant.deposit_address()
    assert merchant.deposit_address() == again
    assert merchant.deposit_address("XBT") != again
    merchant.control("/deposits", {"address": again, "amount": "1", "confirm": False})
    # The first one has not been used, so it is still open.
    assert merchant.deposit_address() == first or merchant.deposit_address() != again
    merchant.control("/settings", {"addresses": "always"})
    assert merchant.deposit_address() == first


def test_a_closed_deposit_gives_no_address(merchant: Caller) -> None:
    rule = {"symbol": "ETH", "operation": "deposit", "status": False}
    merchant.control("/limits", rule)
    refused = merchant.post("/deposit/address", {"asset": "ETH"}, status=403)
    assert refused == {"message": "Unable to process your request."}
    body = {"type": "coin", "symbol": "ETH", "amount": "1", "txID": "0x1"}
    text = "This type of operation is not allowed."
    assert merchant.post("/deposit", body, status=406) == {"message": text}
    wrong = merchant.post("/deposit/address", {"destination": "x"}, status=422)
    assert list(wrong["errors"]) == ["asset", "destination"]


def test_a_deposit_is_announced_and_then_counted_as_it_came(merchant: Caller) -> None:
    address = merchant.deposit_address()
    body = {
        "type": "coin",
        "symbol": "ETH",
        "amount": "100",
        "wallet": address,
        "txID": "0xccb5d3e14b73a1",
    }
    made = merchant.post("/deposit", body)["data"]
    assert keys_of(made) == {
        "id": None,
        **AMOUNTS,
        "payment": PAYMENT,
        "commissions": SHARES,
        **fields("quote externalPlatform kycLevelRequired createdAt"),
    }
    assert (
        made
        | {
            "status": "PROCESSING_PAYMENT",
            "typeOperation": "in",
            "typeOperationName": "deposit",
            "fromSymbol": None,
            "fromAmount": "0",
            "rate": "0",
            "toAmount": "100.0000000000000000000000000",
            "wallet": address,
            "txId": "0xccb5d3e14b73a1",
        }
        == made
    )
    assert merchant.post("/deposit", body)["data"]["id"] == made["id"]
    assert _available(merchant) == 0
    arrived = merchant.control(
        "/deposits", {"address": address, "amount": "1.5", "txId": "0xccb5d3e14b73a1"}
    )["order"]
    assert (arrived["id"], arrived["status"]) == (made["id"], "APPROVED")
    assert arrived["toAmount"] == "1.5000000000000000000000000"
    assert _available(merchant) == Decimal("1.5")


def test_an_announcement_needs_no_address(merchant: Caller) -> None:
    body = {"type": "coin", "symbol": "ETH", "amount": "1", "txID": "0x1"}
    made = merchant.post("/deposit", body)["data"]
    assert made["wallet"] is None
    address = merchant.deposit_address()
    send = {"address": address, "amount": "1", "txId": "0x1"}
    order = merchant.control("/deposits", send)["order"]
    assert (order["id"], order["wallet"]) == (made["id"], address)
    # The same transaction may pay another address, which is another deposit.
    other = {**send, "address": merchant.deposit_address()}
    assert merchant.control("/deposits", other)["order"]["id"] != made["id"]


def test_a_deposit_through_its_states(merchant: Caller) -> None:
    address = merchant.deposit_address()
    send = {"address": address, "amount": "0.5", "confirm": False}
    order = merchant.control("/deposits", send)["order"]
    assert keys_of(order) == {**ORDER, "quote": None}
    assert (order["status"], order["wallet"]) == ("PROCESSING_PAYMENT", address)
    path = f"/orders/{order['id']}"
    assert merchant.control(f"{path}/wait")["order"]["status"] == "PAYMENT_WAITING"
    assert merchant.control(f"{path}/process")["order"]["status"] == order["status"]
    assert _available(merchant) == 0
    assert merchant.control(f"{path}/approve")["order"]["status"] == "APPROVED"
    assert _available(merchant) == Decimal("0.5")
    assert merchant.control(f"{path}/reject")["order"]["status"] == "REJECTED"
    assert _available(merchant) == 0
    assert merchant.get("/order?status=rejected&asset=eth")["data"] == [
        {**order, "status": "REJECTED"}
    ]
    codes = [n["code"] for n in merchant.get("/notifications/temporary")["data"]]
    assert codes == ["order_rejected", "order_approved"]


def test_balances_are_exact_to_the_last_place(merchant: Caller) -> None:
    # More digits than the 28 of Decimal's own context.
    amount = "123456789.1234567890123456789012345"
    send = {"address": merchant.deposit_address(), "amount": amount}
    order = merchant.control("/deposits", send)["order"]
    assert (order["toAmount"], _available(merchant)) == (amount, Decimal(amount))
    out = merchant.quote(
        orderType="withdraw", orderAmount=amount, wallet=SIMULATOR_WALLETS["ETH"]
    )
    _confirm(merchant, out)
    assert _available(merchant) == 0
    merchant.control("/deposits", send)
    merchant.control(f"/orders/{order['id']}/reject")
    assert _available(merchant) == 0


def test_switches_of_deposits(merchant: Caller) -> None:
    address = merchant.deposit_address()
    send = {"address": address, "amount": "0.5", "confirm": False}
    merchant.control("/settings", {"seen_deposits": "PAYMENT_WAITING"})
    order = merchant.control("/deposits", send)["order"]
    assert order["status"] == "PAYMENT_WAITING"
    merchant.control("/settings", {"odd_status": True})
    odd = merchant.control("/deposits", send)["order"]
    assert odd["status"] not in ("PAYMENT_WAITING", "APPROVED", "REJECTED")
    merchant.control("/settings", {"reversed_deposits": "gone"})
    merchant.control(f"/orders/{odd['id']}/reject")
    assert [o["id"] for o in merchant.get("/order")["data"]] == [order["id"]]


def test_a_token_may_come_to_an_address_of_its_chain(merchant: Caller) -> None:
    address = merchant.deposit_address()
    send = {"address": address, "amount": "100", "symbol": "IPSX"}
    order = merchant.control("/deposits", send)["order"]
    assert (order["type"], order["toSymbol"]) == ("token", "IPSX")
    assert _available(merchant, "IPSX") == 100
    assert merchant.get("/order/coin")["data"] == []
    assert [o["id"] for o in merchant.get("/order/token")["data"]] == [order["id"]]
    bitcoin = {**send, "symbol": "XBT"}
    assert merchant.control("/deposits", bitcoin, status=404)
    nowhere = {"address": "0x" + "ab" * 20, "amount": "1"}
    assert merchant.control("/deposits", nowhere, status=404)


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


def test_a_sale_from_quote_to_money(seller: Caller) -> None:
    quote = seller.quote()
    order = _confirm(seller, quote)
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
    assert _available(seller) == Decimal("9.8")
    listed = seller.get("/order?typeOperationName=sell_to_fiat")["data"]
    assert [keys_of(found) for found in listed] == [ORDER]
    assert listed[0]["commissions"]["amount"] == "1.4975000000000000000000000"
    seller.ticker.unix += 5
    assert seller.get(f"/order/{order['id']}")["data"]["status"] == "APPROVED"
    assert _available(seller) == Decimal("9.8")


def test_a_single_order_has_numbers_of_many_kinds(seller: Caller) -> None:
    order = _confirm(seller, seller.quote(orderAmount="0.000006"))
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


def test_a_single_quote_has_its_whole_order(seller: Caller) -> None:
    made = seller.quote()
    assert keys_of(seller.get(f"/quote/{made['id']}")["data"]) == {
        **QUOTE,
        "checkout": None,
    }
    order = _confirm(seller, made)
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
    _confirm(seller, first)
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
    assert _available(seller) == Decimal("9.8")


def test_a_payment_method_may_come_with_the_confirmation(seller: Caller) -> None:
    quote = seller.quote(orderPaymentMethod=None)
    assert quote["payment"] == {"type": "bank", "id": None, "mandatory": False}
    path = f"/quote/{quote['id']}"
    for body in ({}, {"orderPaymentMethod": SIMULATOR_USER_ID}):
        refused = seller.post(path, body, status=422)
        assert list(refused["errors"]) == ["orderPaymentMethod"]
    order = _confirm(seller, quote, orderPaymentMethod=SIMULATOR_CARD_ID)
    assert (order["payment"]["method"], order["payment"]["id"]) == (
        "card",
        SIMULATOR_CARD_ID,
    )


def test_what_is_not_there_can_not_be_sold(merchant: Caller) -> None:
    quote = merchant.quote()
    merchant.post(f"/quote/{quote['id']}", status=403)
    assert merchant.get(f"/quote/{quote['id']}")["data"]["status"] == "available"
    assert merchant.get("/order") == {"data": []}


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


def test_a_sale_waits_for_its_level_of_kyc(seller: Caller) -> None:
    seller.control("/balances", {"symbol": "ETH", "amount": "1000"})
    seller.control(f"/users/{SIMULATOR_USER_ID}", {"kyc_level": 1})
    order = _confirm(seller, seller.quote(orderAmount="200"))
    assert order["kycLevelRequired"] == 3
    seller.ticker.unix += 60
    path = f"/order/{order['id']}"
    assert seller.get(path)["data"]["status"] == "PAYMENT_WAITING"
    seller.control(f"/users/{SIMULATOR_USER_ID}", {"kyc_level": 3})
    assert seller.get(path)["data"]["status"] == "APPROVED"


def test_sales_wait_where_the_switch_says_so(seller: Caller) -> None:
    seller.control("/settings", {"completes_sales": False})
    order = _confirm(seller, seller.quote())
    seller.ticker.unix += 3600
    path = f"/order/{order['id']}"
    assert seller.get(path)["data"]["status"] == "PAYMENT_WAITING"
    seller.control("/orders/complete")
    assert seller.get(path)["data"]["status"] == "APPROVED"
    rejected = _confirm(seller, seller.quote())
    assert _available(seller) == Decimal("9.6")
    seller.control(f"/orders/{rejected['id']}/reject")
    assert _available(seller) == Decimal("9.8")


def test_coins_for_coins_and_out(seller: Caller) -> None:
    swap = seller.quote(
        orderType="sell_to_crypto", orderPaymentSymbol="XBT", orderAmount="1"
    )
    order = _confirm(seller, swap)
    assert (order["status"], order["toSymbol"]) == ("APPROVED", "XBT")
    assert _available(seller) == 9
    assert _available(seller, "XBT") == Decimal(order["toAmount"])
    wallet = seller.get("/wallet?coin=ETH")["data"][0]
    out = seller.quote(orderType="withdraw", orderAmount="2", wallet=wallet["id"])
    order = _confirm(seller, out)
    assert order["wallet"] == wallet["address"]
    assert (order["status"], order["toAmount"]) == (
        "APPROVED",
        "1.9600000000000000000000000",
    )
    assert order["txId"].startswith("0x")
    assert _available(seller) == 7


def test_a_withdrawal_to_an_address_inside_arrives(
    seller: Caller, neighbour: Caller
) -> None:
    target = neighbour.deposit_address()
    out = seller.quote(orderType="withdraw", orderAmount="2", wallet=target)
    sent = _confirm(seller, out)
    (arrived,) = neighbour.get("/order")["data"]
    assert (arrived["txId"], arrived["wallet"]) == (sent["txId"], target)
    assert _available(neighbour) == Decimal("1.96")


def test_a_purchase_by_bank_asks_for_a_proof(merchant: Caller) -> None:
    order = _confirm(merchant, merchant.quote(orderType="buy_with_fiat"))
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
    assert _available(merchant) == Decimal("0.2")


def test_other_orders_ask_for_no_proof(merchant: Caller) -> None:
    card = {"orderPaymentMethod": SIMULATOR_CARD_ID, "orderType": "buy_with_fiat"}
    order = _confirm(merchant, merchant.quote(**card))
    path = f"/order/{order['id']}/payment-confirmation"
    text = "This order do not require payment proof confirmation."
    assert merchant.upload(path, {"file": PNG}, status=403) == {"message": text}
    wrong = {"file": PDF}
    assert merchant.upload(path, wrong, status=422)["errors"]


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


def test_transfers(seller: Caller, neighbour: Caller) -> None:
    body = {
        "action": "send",
        "amount": "1",
        "type": "coin",
        "symbol": "ETH",
        "user": SIMULATOR_NEIGHBOUR_EMAIL,
    }
    made = seller.post("/transfer", body)["data"]
    assert keys_of(made) == TRANSFER
    assert (
        made
        | {
            "status": "pending",
            "amount": "1.0000000000000000000000000",
            "total": "0.9500000000000000000000000",
            "commission": {"value": "0.0500000000000000000000000", "percent": "5"},
            "lifeSeconds": 180,
            "lifeUntilAt": NOW + 180,
        }
        == made
    )
    path = f"/transfer/{made['id']}"
    assert neighbour.get(path)["data"] == made
    refused = neighbour.post(path, status=409)
    assert refused == {"message": "This action is unauthorized."}
    done = seller.post(path)["data"]
    assert (done["status"], keys_of(done)) == ("completed", TRANSFER)
    assert _available(seller) == 9
    assert _available(neighbour) == Decimal("0.95")
    order = neighbour.get(f"/order/{done['toOrder']['id']}")["data"]
    assert order["transfer"] == {"id": made["id"], "publicId": made["publicId"]}
    assert seller.post(path, status=403)
    for role, is_there in (("", True), ("/by", True), ("/from", True), ("/to", False)):
        assert bool(seller.get(f"/transfer{role}")["data"]) is is_there
    assert neighbour.get("/transfer/to")["data"] == [done]
    assert neighbour.get("/transfer/by")["data"] == []


def test_transfers_are_asked_for_and_expire(seller: Caller, neighbour: Caller) -> None:
    body = {
        "action": "receive",
        "amount": "1",
        "type": "coin",
        "symbol": "ETH",
        "user": SIMULATOR_USER_ID,
    }
    first = neighbour.post("/transfer", body)["data"]
    assert (first["fromUser"]["id"], first["byUser"]["id"]) == (
        SIMULATOR_USER_ID,
        SIMULATOR_NEIGHBOUR_ID,
    )
    seller.post(f"/transfer/{first['id']}", {"wallet": "anything"})
    assert _available(neighbour) == Decimal("0.95")
    second = neighbour.post("/transfer", body)["data"]
    seller.ticker.unix += 180
    assert seller.get(f"/transfer/{second['id']}")["data"]["status"] == "expired"
    seller.post(f"/transfer/{second['id']}", status=403)
    poor = neighbour.post("/transfer", {**body, "amount": "1000"})["data"]
    seller.post(f"/transfer/{poor['id']}", status=403)
    for change in ({"user": "nobody"}, {"user": SIMULATOR_NEIGHBOUR_ID}):
        refused = neighbour.post("/transfer", {**body, **change}, status=422)
        assert list(refused["errors"]) == ["user"]


def test_strangers_see_no_order_and_no_quote(seller: Caller, neighbour: Caller) -> None:
    quote = seller.quote()
    order = _confirm(seller, quote)
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
