"""The simulator's control API and page, its bounds, and many callers at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

import pytest

from checkout_kit_cryptocoin_pro.simulator import (
    SIMULATOR_BANK_ID,
    SIMULATOR_EMAIL,
    SIMULATOR_USER_ID,
    create_simulator,
    simulator_of,
)
from checkout_kit_cryptocoin_pro.simulator.errors import ApiError
from checkout_kit_cryptocoin_pro.simulator.records import DepositAddress
from checkout_kit_cryptocoin_pro.simulator.tables import Table
from tests.plugins.cryptocoin_pro.simulator_caller import NOW, Caller, make_caller


def _get(merchant: Caller, path: str) -> Any:
    answer = merchant.http.get(f"/control{path}")
    assert answer.status_code == 200, answer.text
    return answer.get_json()


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/settings", {"nothing": "x"}),
        ("/settings", {"addresses": "sometimes"}),
        ("/prices", {"symbol": "DOGE", "fiat": "EUR", "price": "1"}),
        ("/prices", {"symbol": "ETH", "fiat": "GBP", "price": "1"}),
        ("/prices", {"symbol": "ETH", "fiat": "EUR", "price": "0"}),
        ("/commissions", {"operation": "sell", "percent": "1"}),
        ("/commissions", {"operation": "sell_to_fiat", "percent": "100"}),
        ("/limits", {"symbol": "ETH", "operation": "sell"}),
        ("/limits", {"symbol": "ETH", "operation": "deposit", "crypto_min": "x"}),
        (f"/users/{SIMULATOR_USER_ID}", {"kyc_level": 9}),
        ("/balances", {"symbol": "ETH"}),
        ("/faults", {"mode": "nothing"}),
        ("/time", {}),
    ],
)
def test_wrong_orders_are_refused(
    merchant: Caller, path: str, body: dict[str, Any]
) -> None:
    assert list(merchant.control(path, body, status=400)) == ["message"]


@pytest.mark.parametrize("amount", ["0", "-1", "x", "1e-30", "NaN"])
def test_deposits_are_amounts(merchant: Caller, amount: str) -> None:
    body = {"address": merchant.deposit_address(), "amount": amount}
    merchant.control("/deposits", body, status=400)


def test_scenarios_pay_what_was_asked_for(merchant: Caller) -> None:
    address = merchant.deposit_address("XBT")
    asked = merchant.get("/price/sell/XBT/EUR?to_amount=100")["data"]["amounts"]["from"]
    assert asked.startswith("0.016506689335853354")
    (shown,) = _get(merchant, "/addresses")["addresses"]
    # Rounded up to the coin's eight places.
    assert (shown["address"], shown["asked"]) == (address, "0.01650669")

    def pay(scenario: str) -> dict[str, Any]:
        body = {"address": address, "scenario": scenario}
        order: dict[str, Any] = merchant.control("/deposits", body)["order"]
        return order

    amounts = [Decimal(pay(name)["toAmount"]) for name in ("exact", "under", "over")]
    assert amounts[0] == Decimal("0.01650669")
    assert amounts[1] < amounts[0] < amounts[2]
    assert pay("late")["createdAt"] > NOW + 3600
    body = {"address": address, "scenario": "nothing"}
    merchant.control("/deposits", body, status=400)


def test_orders_move_only_where_they_can(merchant: Caller) -> None:
    address = merchant.deposit_address()
    send = {"address": address, "amount": "1"}
    path = f"/orders/{merchant.control('/deposits', send)['order']['id']}"
    merchant.control(f"{path}/wait", status=409)
    merchant.control(f"{path}/status", {"status": "LOST"}, status=409)
    merchant.control(f"{path}/reject")
    merchant.control(f"{path}/reject")
    merchant.control(f"{path}/approve", status=409)
    merchant.control("/orders/nothing/approve", status=404)
    open_order = merchant.control("/deposits", {**send, "confirm": False})["order"]
    path = f"/orders/{open_order['id']}"
    lost = merchant.control(f"{path}/status", {"status": "LOST"})["order"]
    assert lost["status"] == "LOST"
    merchant.control(f"{path}/status", {}, status=400)


def test_a_finished_sale_is_not_taken_back(merchant: Caller) -> None:
    merchant.control("/balances", {"symbol": "ETH", "amount": "1"})
    quote = merchant.quote()
    order = merchant.post(f"/quote/{quote['id']}", status=201)["data"]
    merchant.control(f"/orders/{order['id']}/approve")
    merchant.control(f"/orders/{order['id']}/reject", status=409)


def test_users_are_changed_by_id_or_address(merchant: Caller) -> None:
    for name in (SIMULATOR_USER_ID, SIMULATOR_EMAIL):
        changed = merchant.control(f"/users/{name}", {"trading": False, "kyc_level": 2})
        assert (changed["user"]["tradeStatus"], changed["kycLevel"]) == (False, 2)
    listed = {user["email"]: user for user in _get(merchant, "/users")["users"]}
    assert listed[SIMULATOR_EMAIL]["kycLevel"] == 2
    body = {"kyc_status": "REJECTED"}
    merchant.control(f"/users/{SIMULATOR_USER_ID}", body)
    assert merchant.get("/kyc")["data"]["status"] == "REJECTED"
    merchant.control("/users/nobody", {}, status=404)


def test_everybody_can_be_logged_out(merchant: Caller) -> None:
    assert merchant.get("")
    merchant.control("/sessions/end")
    assert merchant.call("GET", "").status_code == 401


def test_a_buyers_visit_can_be_played(merchant: Caller) -> None:
    merchant.visit()
    (checkout,) = _get(merchant, "/checkouts")["checkouts"]
    path = f"/checkouts/{checkout['id']}"
    order = merchant.control(f"{path}/pay", {"outcome": "wait"})["order"]
    assert order["status"] == "PAYMENT_WAITING"
    (checkout,) = _get(merchant, "/checkouts")["checkouts"]
    assert checkout["orderId"] == order["id"]
    merchant.control(f"{path}/pay", {}, status=410)
    merchant.visit(request_id="invoice:2")
    other = _get(merchant, "/checkouts")["checkouts"][0]
    expired = merchant.control(f"/checkouts/{other['id']}/expire")
    assert expired["status"] == "expired"


def test_to_start_over_forgets_everything(merchant: Caller) -> None:
    merchant.visit()
    merchant.deposit_address()
    merchant.control("/time", {"advance": 100})
    merchant.control("/faults", {"mode": "500"})
    merchant.control("/settings", {"addresses": "open"})
    merchant.control("/reset")
    assert _get(merchant, "/checkouts") == {"checkouts": []}
    assert _get(merchant, "/addresses") == {"addresses": []}
    assert _get(merchant, "/time")["unix"] == NOW
    assert _get(merchant, "/faults") == {"faults": []}
    assert _get(merchant, "/settings")["addresses"] == "new"
    assert merchant.call("GET", "").status_code == 401


def test_the_page_shows_all_and_its_forms_lead_back(merchant: Caller) -> None:
    merchant.visit()
    address = merchant.deposit_address()
    merchant.control("/deposits", {"address": address, "amount": "0.5"})
    page = merchant.http.get("/")
    assert page.status_code == 200
    for text in (address, "buyer@example.com", "invoice:1", "deposit", "Pings"):
        assert text in page.text
    assert "token=" not in page.text
    form = {"address": address, "amount": "0.25"}
    answer = merchant.http.post("/control/deposits?from_page=1", data=form)
    assert (answer.status_code, answer.location) == (303, "/")


def test_other_machines_and_sites_move_nothing(merchant: Caller) -> None:
    for environ, headers in (
        ({"REMOTE_ADDR": "192.0.2.1"}, {}),
        ({}, {"Origin": "https://evil.example.com"}),
    ):
        answer = merchant.http.post(
            "/control/reset", environ_overrides=environ, headers=headers
        )
        assert answer.status_code == 403
    far = {"REMOTE_ADDR": "192.0.2.1"}
    assert merchant.http.get("/", environ_overrides=far).status_code == 403


def test_tables_are_never_without_end() -> None:
    table: Table[DepositAddress] = Table(1)
    now = datetime.fromtimestamp(NOW, timezone.utc)
    table.add(DepositAddress("1", "", "", "ETH", "ETH", "broker", now))
    with pytest.raises(ApiError) as full:
        table.add(DepositAddress("2", "", "", "ETH", "ETH", "broker", now))
    assert full.value.status == 507


def test_many_callers_at_once_lose_and_double_nothing() -> None:
    app = create_simulator()
    http = app.test_client()
    merchant = Caller(http, make_caller().ticker)
    address = merchant.deposit_address()

    def deposit(number: int) -> int:
        body = {"address": address, "amount": "0.1", "txId": f"0x{number % 20}"}
        client = app.test_client()
        return client.post("/control/deposits", json=body).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(deposit, range(40))) == {200}
    parts = simulator_of(app)
    # Each transaction came twice and counts once.
    assert parts.books.balance(SIMULATOR_USER_ID, "ETH") == 2
    quote = merchant.quote(orderAmount="1")

    def confirm(_: int) -> int:
        path = f"/api/v1/user/{SIMULATOR_USER_ID}/quote/{quote['id']}"
        headers = {"Authorization": f"Bearer {merchant.token}"}
        body = {"orderPaymentMethod": SIMULATOR_BANK_ID}
        client = app.test_client()
        return client.post(path, json=body, headers=headers).status_code

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(confirm, range(8)))
    assert answers == [201] + [403] * 7
    assert parts.books.balance(SIMULATOR_USER_ID, "ETH") == 1


def test_secrets_are_in_no_repr() -> None:
    parts = simulator_of(create_simulator())
    token = parts.books.sessions.open(SIMULATOR_USER_ID, parts.clock.now())
    shown = f"{parts.merchant} {token} {list(parts.books.platforms)}"
    for secret in (token.value, str(parts.merchant.password), "PUBLIC KEY"):
        assert secret not in shown
