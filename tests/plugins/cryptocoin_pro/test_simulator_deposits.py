"""The simulator's deposits: addresses, announcements, and what arrives."""

from __future__ import annotations

from decimal import Decimal

import pytest

from checkout_kit.domain.addresses import check_address
from checkout_kit_cryptocoin_pro.simulator import SIMULATOR_WALLETS
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
    ORDER,
    PAYMENT,
    SHARES,
)


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
    assert available(merchant) == 0
    arrived = merchant.control(
        "/deposits", {"address": address, "amount": "1.5", "txId": "0xccb5d3e14b73a1"}
    )["order"]
    assert (arrived["id"], arrived["status"]) == (made["id"], "APPROVED")
    assert arrived["toAmount"] == "1.5000000000000000000000000"
    assert available(merchant) == Decimal("1.5")


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
    assert available(merchant) == 0
    assert merchant.control(f"{path}/approve")["order"]["status"] == "APPROVED"
    assert available(merchant) == Decimal("0.5")
    assert merchant.control(f"{path}/reject")["order"]["status"] == "REJECTED"
    assert available(merchant) == 0
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
    assert (order["toAmount"], available(merchant)) == (amount, Decimal(amount))
    out = merchant.quote(
        orderType="withdraw", orderAmount=amount, wallet=SIMULATOR_WALLETS["ETH"]
    )
    confirm(merchant, out)
    assert available(merchant) == 0
    merchant.control("/deposits", send)
    merchant.control(f"/orders/{order['id']}/reject")
    assert available(merchant) == 0


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
    assert available(merchant, "IPSX") == 100
    assert merchant.get("/order/coin")["data"] == []
    assert [o["id"] for o in merchant.get("/order/token")["data"]] == [order["id"]]
    bitcoin = {**send, "symbol": "XBT"}
    assert merchant.control("/deposits", bitcoin, status=404)
    nowhere = {"address": "0x" + "ab" * 20, "amount": "1"}
    assert merchant.control("/deposits", nowhere, status=404)
