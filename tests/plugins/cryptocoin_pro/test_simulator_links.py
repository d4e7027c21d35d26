"""Links to the simulator's checkout page: which open one, for whom, and how often."""

from __future__ import annotations

from typing import Any

import pytest

from checkout_kit.simulation import gather
from checkout_kit_cryptocoin_pro.simulator import SIMULATOR_USER_ID, create_simulator
from tests.plugins.cryptocoin_pro.simulator_caller import (
    NOW,
    Caller,
    checkouts,
    keys_of,
    make_caller,
    pay,
)
from tests.plugins.cryptocoin_pro.simulator_documents import CHECKOUT


def test_a_link_opens_a_checkout_that_the_platform_sees(merchant: Caller) -> None:
    page = merchant.visit()
    (checkout,) = checkouts(merchant)
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
    assert len(checkouts(merchant)) == 1


def test_links_of_others_and_old_ones_open_nothing(merchant: Caller) -> None:
    good = merchant.link()
    forged = {**good, "token": good["token"][:-8] + "AAAAAAAA"}
    late = merchant.link(seconds=-1)
    strange = {**good, "platform_id": SIMULATOR_USER_ID}
    for query, status in ((forged, 403), (late, 403), (strange, 404), ({}, 404)):
        answer = merchant.http.get("/checkout", query_string=query)
        assert answer.status_code == status
        assert b"<html" in answer.data
    assert checkouts(merchant) == []


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
    assert checkouts(merchant) == []


def test_a_buyer_without_an_address_is_asked_for_it(merchant: Caller) -> None:
    page = merchant.visit(email="")
    assert "Who are you?" in merchant.http.get(page).text
    form = {"method": "card", "outcome": "approve"}
    assert merchant.http.post(f"{page}/pay", data=form).status_code == 422
    wrong = merchant.http.post(f"{page}/account", data={"email": "nobody"})
    assert wrong.status_code == 422
    (checkout,) = checkouts(merchant)
    assert (checkout["step"], checkout["user"]["email"]) == ("account-details", "")
    who = {"email": "new@example.com"}
    assert merchant.http.post(f"{page}/account", data=who).location == page
    assert "Who are you?" not in merchant.http.get(page).text
    pay(merchant, page, "approve")
    (paid,) = checkouts(merchant)
    assert paid["user"] == {**checkout["user"], "email": "new@example.com"}
    # By its own id for him the platform's user is the same with the next link.
    again = merchant.visit(email="", request_id="invoice:2")
    assert "Who are you?" not in merchant.http.get(again).text


def test_the_control_api_makes_an_address_up(merchant: Caller) -> None:
    merchant.visit(email="")
    (checkout,) = checkouts(merchant)
    merchant.control(f"/checkouts/{checkout['id']}/pay")
    assert checkouts(merchant)[0]["user"]["email"].endswith("@example.com")


def test_the_older_payload_is_taken(merchant: Caller) -> None:
    """One of the examples has neither an operation nor a second order type."""
    merchant.visit(operation="buy", second_order_type="", rate="0.000034506")
    assert len(checkouts(merchant)) == 1


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
    ids = [checkout["requestId"] for checkout in checkouts(merchant)]
    assert ids == ["invoice:1", "invoice:1"]


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
