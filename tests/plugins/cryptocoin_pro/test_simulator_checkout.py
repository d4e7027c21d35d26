"""The simulator's checkout page: paid, rejected, waiting, proven, expired."""

from __future__ import annotations

import io

from checkout_kit_cryptocoin_pro.simulator import SIMULATOR_WALLETS
from tests.plugins.cryptocoin_pro.simulator_caller import (
    PDF,
    PNG,
    Caller,
    checkouts,
    keys_of,
    orders_of,
    pay,
    pings,
)
from tests.plugins.cryptocoin_pro.simulator_documents import (
    ORDER,
    PERSON,
    PLATFORM,
    QUOTE,
)


def test_paid_by_card_the_coins_go_to_the_wallet(merchant: Caller) -> None:
    page = merchant.visit()
    pay(merchant, page, "approve")
    (checkout,) = checkouts(merchant)
    assert (checkout["status"], checkout["step"]) == ("finished", "thank-you")
    assert checkout["attemptsQuote"] == {"count": 1, "limit": 2}
    orders = orders_of(merchant)
    bought, sent = orders["buy_with_fiat"], orders["withdraw"]
    user = {"user": {"id": None, **PERSON}}
    without = {n: v for n, v in ORDER.items() if n != "transfer"}
    assert keys_of(bought) == {**without, **user}
    assert (
        bought
        | {
            "status": "APPROVED",
            "fromSymbol": "EUR",
            "fromAmount": "86.1062500000000000000000000",
            "rate": "172.2125000000000000000000000",
            "toSymbol": "ETH",
            "toAmount": "0.5000000000000000000000000",
            "wallet": SIMULATOR_WALLETS["ETH"],
            "externalPlatform": {
                "code": "SHOP",
                "name": "Example Shop",
                "url": "https://shop.example.com/",
            },
        }
        == bought
    )
    assert (sent["wallet"], sent["txId"]) == (SIMULATOR_WALLETS["ETH"], bought["txId"])
    assert bought["childOrder"] == {"id": sent["id"], "publicId": sent["publicId"]}
    assert sent["parentOrder"]["id"] == bought["id"]
    shown = merchant.http.get(page)
    assert b'href="https://shop.example.com/back"' in shown.data
    assert shown.headers["Refresh"] == "3; url=https://shop.example.com/back"
    (quote,) = merchant.platform("/quote").get_json()["data"]
    assert keys_of(quote) == {**QUOTE, **user, "externalPlatform": PLATFORM}
    assert quote["order"]["id"] == bought["id"]
    assert (quote["publicId"], bought["quote"]["id"]) == (
        checkout["publicId"],
        quote["id"],
    )


def test_coins_for_a_deposit_address_arrive_there(merchant: Caller) -> None:
    address = merchant.deposit_address()
    page = merchant.visit(wallet=address)
    pay(merchant, page, "approve")
    (arrived,) = merchant.get("/order")["data"]
    assert (arrived["typeOperationName"], arrived["status"]) == ("deposit", "APPROVED")
    assert (arrived["wallet"], arrived["toAmount"]) == (
        address,
        "0.5000000000000000000000000",
    )


def test_after_a_rejection_there_is_another_attempt(merchant: Caller) -> None:
    page = merchant.visit()
    pay(merchant, page, "reject")
    (checkout,) = checkouts(merchant)
    assert (checkout["status"], checkout["step"]) == ("processing", "quote")
    assert orders_of(merchant)["buy_with_fiat"]["status"] == "REJECTED"
    pay(merchant, page, "reject", "bank")
    (checkout,) = checkouts(merchant)
    # Finished is not paid.
    assert checkout["status"] == "finished"
    assert checkout["attemptsQuote"] == {"count": 2, "limit": 2}
    again = merchant.http.post(
        f"{page}/pay", data={"method": "card", "outcome": "approve"}
    )
    assert again.status_code == 410
    assert merchant.get("/balances/ETH")["data"]["coins"][0]["amounts"]["crypto"] == {
        "available": "0",
        "pending": "0",
    }


def test_a_payment_that_waits_has_a_finished_checkout(merchant: Caller) -> None:
    page = merchant.visit()
    pay(merchant, page, "wait")
    (checkout,) = checkouts(merchant)
    order = orders_of(merchant)["buy_with_fiat"]
    assert (checkout["status"], order["status"]) == ("finished", "PAYMENT_WAITING")
    merchant.control(f"/orders/{order['id']}/approve")
    assert orders_of(merchant)["buy_with_fiat"]["status"] == "APPROVED"
    merchant.control("/settings", {"waiting_checkout": "processing"})
    pay(merchant, merchant.visit(request_id="invoice:2"), "wait")
    assert checkouts(merchant)[0]["status"] == "processing"


def test_a_bank_transfer_may_owe_a_proof(merchant: Caller) -> None:
    page = merchant.visit(method="bank")
    pay(merchant, page, "proof", "bank")
    order = orders_of(merchant)["buy_with_fiat"]
    link = order["payment"]["url"].removeprefix("http://localhost")
    assert b'type="file"' in merchant.http.get(link).data
    assert merchant.http.get(link[:-1] + "_").status_code == 403
    assert b'type="file"' in merchant.http.get(page).data
    wrong = {"file": (io.BytesIO(b"text"), "proof.txt")}
    assert merchant.http.post(f"{page}/proof", data=wrong).status_code == 422
    proof = {"file": (io.BytesIO(PDF), "proof.pdf")}
    assert merchant.http.post(f"{page}/proof", data=proof).location == page
    order = orders_of(merchant)["buy_with_fiat"]
    assert (order["status"], order["payment"]["proofUploaded"]) == (
        "PROCESSING_PAYMENT",
        True,
    )
    again = {"file": (io.BytesIO(PNG), "proof.png")}
    assert merchant.http.post(f"{page}/proof", data=again).status_code == 403


def test_a_checkout_expires_with_its_link(merchant: Caller) -> None:
    page = merchant.visit()
    merchant.ticker.unix += 3600
    (checkout,) = checkouts(merchant)
    assert (checkout["status"], len(pings(merchant))) == ("expired", 1)
    late = merchant.http.post(
        f"{page}/pay", data={"method": "card", "outcome": "approve"}
    )
    assert late.status_code == 410
    other = merchant.visit(request_id="invoice:2")
    assert merchant.http.post(f"{other}/expire").location == other
    assert checkouts(merchant)[0]["status"] == "expired"
    assert b"Back to the shop" in merchant.http.get(other).data


def test_a_payment_may_come_after_the_checkout_expired(merchant: Caller) -> None:
    merchant.control("/settings", {"waiting_checkout": "processing"})
    pay(merchant, merchant.visit(), "wait")
    merchant.ticker.unix += 3600
    order = orders_of(merchant)["buy_with_fiat"]
    merchant.control(f"/orders/{order['id']}/approve")
    assert orders_of(merchant)["buy_with_fiat"]["status"] == "APPROVED"
    assert checkouts(merchant)[0]["status"] == "expired"


def test_public_ids_may_differ(merchant: Caller) -> None:
    merchant.control("/settings", {"checkout_public_id": "own"})
    pay(merchant, merchant.visit(), "approve")
    (quote,) = merchant.platform("/quote").get_json()["data"]
    assert checkouts(merchant)[0]["publicId"] != quote["publicId"]


def test_a_proof_is_owed_by_bank_alone(merchant: Caller) -> None:
    form = {"method": "card", "outcome": "proof"}
    assert merchant.http.post(f"{merchant.visit()}/pay", data=form).status_code == 422
