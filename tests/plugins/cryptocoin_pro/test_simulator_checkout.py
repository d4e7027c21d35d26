"""The simulator's checkout page, its pings and what a platform sees of them."""

from __future__ import annotations

import io
import json
import time
from typing import Any

import pytest
import requests

from checkout_kit.simulation import gather
from checkout_kit.testing import LoopbackServer, WebhookRecorder
from checkout_kit_cryptocoin_pro.simulator import (
    SIMULATOR_PLATFORM_ID,
    SIMULATOR_USER_ID,
    SIMULATOR_WALLETS,
    create_simulator,
    simulator_of,
)
from tests.plugins.cryptocoin_pro.simulator_caller import (
    NOW,
    PDF,
    PNG,
    Caller,
    Ticker,
    fields,
    keys_of,
    make_caller,
)
from tests.plugins.cryptocoin_pro.test_simulator_orders import (
    ORDER,
    PLATFORM,
    QUOTE,
    TRANSFER,
)
from tests.plugins.cryptocoin_pro.test_simulator_users import PERSON

CHECKOUT = {
    **fields("id publicId status step"),
    "attemptsQuote": fields("count limit"),
    **fields("requestId paymentType ip url redirectUrl pingUrl"),
    "user": {"id": None, **PERSON},
    **fields("expiredAt createdAt"),
}


@pytest.fixture
def merchant() -> Caller:
    return make_caller()


def _checkouts(merchant: Caller) -> Any:
    return merchant.platform("/checkout").get_json()["data"]


def _orders(merchant: Caller) -> dict[str, Any]:
    """The platform's orders by operation."""
    orders = merchant.platform("/order").get_json()["data"]
    return {order["typeOperationName"]: order for order in orders}


def _pay(merchant: Caller, page: str, outcome: str, method: str = "card") -> None:
    answer = merchant.http.post(
        f"{page}/pay", data={"method": method, "outcome": outcome}
    )
    assert (answer.status_code, answer.location) == (303, page), answer.text


def _pings(merchant: Caller) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = merchant.http.get("/control/pings").get_json()[
        "pings"
    ]
    return found


def test_a_link_opens_a_checkout_that_the_platform_sees(merchant: Caller) -> None:
    page = merchant.visit()
    (checkout,) = _checkouts(merchant)
    assert keys_of(checkout) == CHECKOUT
    assert (
        checkout
        | {
            "status": "created",
            "step": "account-details",
            "attemptsQuote": {"count": 0, "limit": 2},
            "requestId": "invoice:1",
            "paymentType": "card",
            "redirectUrl": "https://shop.example.com/back",
            "pingUrl": "https://shop.example.com/ping",
            "expiredAt": NOW + 3600,
            "createdAt": NOW,
        }
        == checkout
    )
    assert "token=ey" in checkout["url"]
    assert checkout["user"]["email"] == "buyer@example.com"
    shown = merchant.http.get(page)
    assert b"86.10625 EUR" in shown.data
    assert "Refresh" not in shown.headers
    assert b"token=" not in shown.data
    assert shown.headers["Cache-Control"] == "no-store"
    users = merchant.platform("/user").get_json()["data"]
    assert ("29", "buyer") in {(user["id"], user["username"]) for user in users}


def test_a_link_without_a_path_leads_there_too(merchant: Caller) -> None:
    answer = merchant.http.get("/", query_string=merchant.link())
    assert answer.location.startswith("/checkout?lang=en&platform_id=")
    assert merchant.http.get(answer.location).status_code == 303
    assert len(_checkouts(merchant)) == 1


def test_links_of_others_and_old_ones_open_nothing(merchant: Caller) -> None:
    good = merchant.link()
    forged = {**good, "token": good["token"][:-8] + "AAAAAAAA"}
    late = merchant.link(seconds=-1)
    strange = {**good, "platform_id": SIMULATOR_USER_ID}
    for query, status in ((forged, 403), (late, 403), (strange, 404), ({}, 404)):
        answer = merchant.http.get("/checkout", query_string=query)
        assert answer.status_code == status
        assert b"<html" in answer.data
    assert _checkouts(merchant) == []


@pytest.mark.parametrize(
    "payment",
    [
        {"symbol": "DOGE"},
        {"operation": "sell"},
        {"fiat": "GBP"},
        {"amount": "0"},
        {"amount": "-1"},
        {"amount": "1e99"},
        {"amount": None},
        {"request_id": ""},
        {"attempts": 0},
    ],
)
def test_payloads_that_make_no_sense_are_refused(
    merchant: Caller, payment: dict[str, Any]
) -> None:
    answer = merchant.http.get("/checkout", query_string=merchant.link(**payment))
    assert answer.status_code in (403, 406)
    assert _checkouts(merchant) == []


def test_a_buyer_without_an_address_is_asked_for_it(merchant: Caller) -> None:
    page = merchant.visit(email="")
    assert "Who are you?" in merchant.http.get(page).text
    form = {"method": "card", "outcome": "approve"}
    assert merchant.http.post(f"{page}/pay", data=form).status_code == 422
    wrong = merchant.http.post(f"{page}/account", data={"email": "nobody"})
    assert wrong.status_code == 422
    (checkout,) = _checkouts(merchant)
    assert (checkout["step"], checkout["user"]["email"]) == ("account-details", "")
    who = {"email": "new@example.com"}
    assert merchant.http.post(f"{page}/account", data=who).location == page
    assert "Who are you?" not in merchant.http.get(page).text
    _pay(merchant, page, "approve")
    (paid,) = _checkouts(merchant)
    assert paid["user"] == {**checkout["user"], "email": "new@example.com"}
    # By its own id for him the platform's user is the same with the next link.
    again = merchant.visit(email="", request_id="invoice:2")
    assert "Who are you?" not in merchant.http.get(again).text


def test_the_control_api_makes_an_address_up(merchant: Caller) -> None:
    merchant.visit(email="")
    (checkout,) = _checkouts(merchant)
    merchant.control(f"/checkouts/{checkout['id']}/pay")
    assert _checkouts(merchant)[0]["user"]["email"].endswith("@example.com")


def test_the_older_payload_is_taken(merchant: Caller) -> None:
    """One of the examples has neither an operation nor a second order type."""
    merchant.visit(operation="buy", second_order_type="", rate="0.000034506")
    assert len(_checkouts(merchant)) == 1


def test_a_request_is_one_checkout_however_often_its_link_is_opened(
    merchant: Caller,
) -> None:
    page = merchant.visit()
    merchant.ticker.unix += 10
    assert merchant.visit() == page
    merchant.control("/settings", {"repeated_requests": "new"})
    merchant.ticker.unix += 10
    other = merchant.visit()
    assert other != page
    ids = [checkout["requestId"] for checkout in _checkouts(merchant)]
    assert ids == ["invoice:1", "invoice:1"]


def test_paid_by_card_the_coins_go_to_the_wallet(merchant: Caller) -> None:
    page = merchant.visit()
    _pay(merchant, page, "approve")
    (checkout,) = _checkouts(merchant)
    assert (checkout["status"], checkout["step"]) == ("finished", "thank-you")
    assert checkout["attemptsQuote"] == {"count": 1, "limit": 2}
    orders = _orders(merchant)
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
    _pay(merchant, page, "approve")
    (arrived,) = merchant.get("/order")["data"]
    assert (arrived["typeOperationName"], arrived["status"]) == ("deposit", "APPROVED")
    assert (arrived["wallet"], arrived["toAmount"]) == (
        address,
        "0.5000000000000000000000000",
    )


def test_the_platform_looks_into_its_users_order(merchant: Caller) -> None:
    page = merchant.visit()
    _pay(merchant, page, "approve")
    (checkout,) = _checkouts(merchant)
    answer = merchant.http.post(
        f"/api/v1/authenticate-jwt/{SIMULATOR_PLATFORM_ID}",
        headers={"token": merchant.sign({"email": "buyer@example.com"})},
    )
    session = answer.get_json()["data"]
    headers = {"Authorization": f"Bearer {session['id']}"}
    base = f"/api/v1/user/{session['userId']}"

    def get(path: str) -> Any:
        return merchant.http.get(base + path, headers=headers).get_json()["data"]

    order_id = _orders(merchant)["buy_with_fiat"]["id"]
    nested = get(f"/order/{order_id}")["quote"]["checkout"]
    parts = {n: v for n, v in CHECKOUT.items() if n != "user"}
    assert keys_of(nested) == parts
    assert (nested["id"], nested["requestId"]) == (checkout["id"], "invoice:1")
    listed = get("/checkout?status=finished")
    assert keys_of(listed) == [
        {
            **{n: v for n, v in CHECKOUT.items() if n[-2:] != "At"},
            "externalPlatform": PLATFORM,
            **fields("expiredAt createdAt"),
        }
    ]
    assert listed[0]["url"] is None
    assert get("/checkout?status=created") == []
    single = get(f"/checkout/{checkout['id']}")
    assert set(listed[0]) - set(single) == {"redirectUrl", "pingUrl"}
    assert merchant.call("GET", f"/checkout/{checkout['id']}").status_code == 404


def test_after_a_rejection_there_is_another_attempt(merchant: Caller) -> None:
    page = merchant.visit()
    _pay(merchant, page, "reject")
    (checkout,) = _checkouts(merchant)
    assert (checkout["status"], checkout["step"]) == ("processing", "quote")
    assert _orders(merchant)["buy_with_fiat"]["status"] == "REJECTED"
    _pay(merchant, page, "reject", "bank")
    (checkout,) = _checkouts(merchant)
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
    _pay(merchant, page, "wait")
    (checkout,) = _checkouts(merchant)
    order = _orders(merchant)["buy_with_fiat"]
    assert (checkout["status"], order["status"]) == ("finished", "PAYMENT_WAITING")
    merchant.control(f"/orders/{order['id']}/approve")
    assert _orders(merchant)["buy_with_fiat"]["status"] == "APPROVED"
    merchant.control("/settings", {"waiting_checkout": "processing"})
    _pay(merchant, merchant.visit(request_id="invoice:2"), "wait")
    assert _checkouts(merchant)[0]["status"] == "processing"


def test_a_bank_transfer_may_owe_a_proof(merchant: Caller) -> None:
    page = merchant.visit(method="bank")
    _pay(merchant, page, "proof", "bank")
    order = _orders(merchant)["buy_with_fiat"]
    link = order["payment"]["url"].removeprefix("http://localhost")
    assert b'type="file"' in merchant.http.get(link).data
    assert merchant.http.get(link[:-1] + "_").status_code == 403
    assert b'type="file"' in merchant.http.get(page).data
    wrong = {"file": (io.BytesIO(b"text"), "proof.txt")}
    assert merchant.http.post(f"{page}/proof", data=wrong).status_code == 422
    proof = {"file": (io.BytesIO(PDF), "proof.pdf")}
    assert merchant.http.post(f"{page}/proof", data=proof).location == page
    order = _orders(merchant)["buy_with_fiat"]
    assert (order["status"], order["payment"]["proofUploaded"]) == (
        "PROCESSING_PAYMENT",
        True,
    )
    again = {"file": (io.BytesIO(PNG), "proof.png")}
    assert merchant.http.post(f"{page}/proof", data=again).status_code == 403


def test_a_checkout_expires_with_its_link(merchant: Caller) -> None:
    page = merchant.visit()
    merchant.ticker.unix += 3600
    (checkout,) = _checkouts(merchant)
    assert (checkout["status"], len(_pings(merchant))) == ("expired", 1)
    late = merchant.http.post(
        f"{page}/pay", data={"method": "card", "outcome": "approve"}
    )
    assert late.status_code == 410
    other = merchant.visit(request_id="invoice:2")
    assert merchant.http.post(f"{other}/expire").location == other
    assert _checkouts(merchant)[0]["status"] == "expired"
    assert b"Back to the shop" in merchant.http.get(other).data


def test_a_payment_may_come_after_the_checkout_expired(merchant: Caller) -> None:
    merchant.control("/settings", {"waiting_checkout": "processing"})
    _pay(merchant, merchant.visit(), "wait")
    merchant.ticker.unix += 3600
    order = _orders(merchant)["buy_with_fiat"]
    merchant.control(f"/orders/{order['id']}/approve")
    assert _orders(merchant)["buy_with_fiat"]["status"] == "APPROVED"
    assert _checkouts(merchant)[0]["status"] == "expired"


def test_public_ids_may_differ(merchant: Caller) -> None:
    merchant.control("/settings", {"checkout_public_id": "own"})
    _pay(merchant, merchant.visit(), "approve")
    (quote,) = merchant.platform("/quote").get_json()["data"]
    assert _checkouts(merchant)[0]["publicId"] != quote["publicId"]


def test_what_becomes_of_a_checkout_is_pinged_unsigned(merchant: Caller) -> None:
    page = merchant.visit()
    assert _pings(merchant) == []
    _pay(merchant, page, "wait")
    (ping,) = _pings(merchant)
    assert (ping["url"], ping["result"]) == ("https://shop.example.com/ping", "waiting")
    assert json.loads(ping["body"]) == {"requestId": "invoice:1", "status": "finished"}
    order = _orders(merchant)["buy_with_fiat"]
    merchant.control("/settings", {"pings": "twice"})
    merchant.control(f"/orders/{order['id']}/approve")
    assert len(_pings(merchant)) == 3
    merchant.control("/settings", {"pings": "off"})
    _pay(merchant, merchant.visit(request_id="invoice:2"), "approve")
    assert len(_pings(merchant)) == 3
    calls = merchant.platform("/call").get_json()["data"]
    assert keys_of(calls) == [fields("endpoint verb request status response createdAt")]
    assert (calls[0]["verb"], len(calls)) == ("POST", 3)


def test_a_platform_and_its_change(merchant: Caller) -> None:
    platform = merchant.platform().get_json()["data"]
    assert list(platform) == [
        *("id", "name", "code", "baseUrl", "ien", "integrations", "colorCode"),
        *("reference", "levels", "paymentMethods", "currencies", "createdAt"),
    ]
    levels = [(level["level"], level["max"]["sell"]) for level in platform["levels"]]
    assert levels == [
        ("1", 2500),
        ("2", 20000),
        ("3", 30000),
        ("4", 25000),
        ("5", 100000),
    ]
    assert list(platform["currencies"]) == ["coins", "tokens", "fiats"]
    assert "history" not in platform["currencies"]["coins"][0]["rates"]["raw"]
    body = {
        "name": "Other",
        "baseUrl": "https://other.example.com/",
        "ienUrl": "https://other.example.com/ien",
        "ienType": "hmac",
        "colorCode": "#ffffff",
    }

    def update(**changes: str) -> Any:
        return merchant.http.post(
            f"/api/v1/platform/{SIMULATOR_PLATFORM_ID}",
            headers={"token": merchant.sign({"platform": SIMULATOR_PLATFORM_ID})},
            json={**body, **changes},
        )

    changed = update().get_json()["data"]
    assert changed["ien"] == {"url": "https://other.example.com/ien", "type": "hmac"}
    assert (changed["name"], changed["colorCode"]) == ("Other", "#ffffff")
    for field, value in (("colorCode", "red"), ("ienType", "x"), ("baseUrl", "x")):
        refused = update(**{field: value})
        assert (refused.status_code, list(refused.get_json()["errors"])) == (
            422,
            [field],
        )


def test_staff_and_transfers_of_a_platform(merchant: Caller) -> None:
    staff = merchant.platform("/staff").get_json()
    assert keys_of(staff["data"]) == [
        fields("id userId email firstName lastName isActive role")
    ]
    meta = {"total": 1, "current_page": 1, "per_page": 25, "last_page": 1}
    assert staff["meta"] == meta
    body = {"action": "send", "amount": "1", "type": "coin", "symbol": "ETH"}
    merchant.post("/transfer", {**body, "user": "neighbour@example.com"})
    (transfer,) = merchant.platform("/transfer").get_json()["data"]
    assert keys_of(transfer) == {**TRANSFER, **fields("type symbol confirmUrl")}


def test_a_proof_is_owed_by_bank_alone(merchant: Caller) -> None:
    form = {"method": "card", "outcome": "proof"}
    assert merchant.http.post(f"{merchant.visit()}/pay", data=form).status_code == 422


def test_all_links_stay_below_the_path_that_the_simulator_is_put_at() -> None:
    ticker = make_caller().ticker
    app = gather({"cryptocoin_pro": create_simulator(clock=ticker.now)})
    http, base = app.test_client(), "/cryptocoin_pro"
    link = Caller(http, ticker).link(method="bank")
    opened = http.get(f"{base}/", query_string=link)
    page = http.get(opened.location).location
    assert opened.location.startswith(f"{base}/checkout?")
    assert page.startswith(f"{base}/checkout/")
    form = {"method": "bank", "outcome": "proof"}
    assert http.post(f"{page}/pay", data=form).location == page
    assert f'action="{page}/proof"' in http.get(page).text
    listed = http.get(f"{base}/control/orders").get_json()["orders"]
    url = listed[0]["payment"]["url"]
    assert url.startswith(f"http://localhost{base}/payment/bank-confirm?")
    assert http.get(url.removeprefix("http://localhost")).status_code == 200


@pytest.mark.slow
def test_pings_are_sent_over_real_http_off_the_request() -> None:
    app, recorder = create_simulator(), WebhookRecorder("ping")
    with LoopbackServer(app) as server, LoopbackServer(recorder) as shop:
        ticker = Ticker()
        ticker.unix = time.time()
        link = Caller(app.test_client(), ticker).link(ping_url=f"{shop.url}/ping")
        try:
            page = requests.get(f"{server.url}/checkout", params=link, timeout=5)
            paid = requests.post(
                f"{page.url}/pay",
                data={"method": "card", "outcome": "approve"},
                timeout=5,
            )
            assert "APPROVED" in paid.text
            (ping,) = recorder.wait_for(1)
            assert json.loads(ping.body) == {
                "requestId": "invoice:1",
                "status": "finished",
            }
            assert "authorization" not in ping.headers
        finally:
            simulator_of(app).background.stop()
    (sent,) = simulator_of(app).pings.log()
    assert sent.result == "200"
