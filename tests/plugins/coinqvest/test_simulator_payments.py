"""Payments to the simulator and the eleven checkout states that follow from them."""

from __future__ import annotations

import hashlib
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient

from checkout_kit_coinqvest.simulator import (
    SIMULATOR_API_KEY,
    SIMULATOR_API_SECRET,
    create_simulator,
)

NOW = datetime(2026, 11, 21, 12, 0, 0, tzinfo=timezone.utc)
BASIC = {
    "X-Basic": hashlib.sha256(
        f"{SIMULATOR_API_KEY}:{SIMULATOR_API_SECRET}".encode()
    ).hexdigest()
}


@pytest.fixture
def client() -> FlaskClient:
    return create_simulator(clock=lambda: NOW).test_client()


def open_checkout(client: FlaskClient, asset: str | None = "XLM", **more: Any) -> str:
    line = {"description": "T-Shirt", "netAmount": 10}
    body = {"charge": {"currency": "USD", "lineItems": [line]}, **more}
    checkout_id = client.post("/api/v1/checkout", json=body, headers=BASIC).get_json()[
        "id"
    ]
    if asset is not None:
        chosen = {"checkoutId": checkout_id, "assetCode": asset}
        answer = client.post("/api/v1/checkout/commit", json=chosen, headers=BASIC)
        assert answer.status_code == 200
    return str(checkout_id)


def pay(client: FlaskClient, checkout_id: str, **body: Any) -> list[str]:
    answer = client.post(f"/control/checkouts/{checkout_id}/pay", json=body)
    assert answer.status_code == 200, answer.text
    return list(answer.get_json()["payments"])


def get(client: FlaskClient, path: str) -> dict[str, Any]:
    answer = client.get("/api/v1" + path, headers=BASIC)
    assert answer.status_code == 200, answer.text
    return dict(answer.get_json())


def checkout_of(client: FlaskClient, checkout_id: str) -> dict[str, Any]:
    return dict(get(client, f"/checkout?id={checkout_id}")["checkout"])


def state_of(client: FlaskClient, checkout_id: str) -> str:
    return str(checkout_of(client, checkout_id)["state"])


def payment_states(client: FlaskClient, checkout_id: str) -> list[str]:
    return [p["state"] for p in checkout_of(client, checkout_id)["payments"]]


def amount_of(client: FlaskClient, checkout_id: str) -> Decimal:
    shown = client.get(f"/control/checkouts/{checkout_id}").get_json()["checkout"]
    return Decimal(shown["amount"])


def test_an_exact_payment_completes_the_checkout(client: FlaskClient) -> None:
    checkout_id = open_checkout(client)
    (payment_id,) = pay(client, checkout_id, scenario="exact")
    shown = checkout_of(client, checkout_id)
    assert shown["state"] == "COMPLETED"
    (payment,) = shown["payments"]
    assert payment["id"] == payment_id
    assert payment["state"] == "RESOLVED"
    assert payment["creditAmount"] == "10.0000000"
    assert Decimal(payment["sourceAmount"]) == amount_of(client, checkout_id)


def test_a_payment_has_the_documents_fields_in_order(client: FlaskClient) -> None:
    checkout_id = open_checkout(client)
    pay(client, checkout_id, tx="abc")
    (payment,) = checkout_of(client, checkout_id)["payments"]
    assert list(payment) == [
        "id",
        "type",
        "state",
        "timestamp",
        "creditAssetCode",
        "creditAssetIssuer",
        "creditAmount",
        "sourceAssetCode",
        "sourceAssetIssuer",
        "sourceAmount",
        "sourceBlockchain",
        "sourceAccount",
        "sourceTxId",
        "customerId",
        "checkoutId",
    ]
    assert payment["type"] == "PAYMENT"
    assert payment["timestamp"] == "2026-11-21T14:00:00+02:00"
    assert payment["sourceAssetIssuer"] == "XLM:NATIVE"
    assert payment["sourceTxId"] == "abc"
    assert payment["checkoutId"] == checkout_id


def test_amounts_have_seven_decimals_even_in_xrp(client: FlaskClient) -> None:
    checkout_id = open_checkout(client, "XRP")
    pay(client, checkout_id)
    (payment,) = checkout_of(client, checkout_id)["payments"]
    assert len(payment["sourceAmount"].partition(".")[2]) == 7


def test_credits_are_converted_to_the_settlement_currency(client: FlaskClient) -> None:
    checkout_id = open_checkout(client, settlementCurrency="NGN")
    pay(client, checkout_id)
    (payment,) = checkout_of(client, checkout_id)["payments"]
    assert payment["creditAssetCode"] == "NGN"
    assert payment["creditAssetIssuer"].startswith("NGNT:G")
    assert payment["creditAmount"] == "3636.3636364"


def test_the_chosen_relay_is_the_source_issuer(client: FlaskClient) -> None:
    papaya = "ETH:GBDEVU63Y6NTHJQQZIKVTC23NWLQVP3WJ2RI2OTSJTNYOIGICST6DUXR"
    checkout_id = open_checkout(client, "ETH", blockchainRelays={"ETH": papaya})
    pay(client, checkout_id)
    (payment,) = checkout_of(client, checkout_id)["payments"]
    assert payment["sourceAssetIssuer"] == papaya


def test_bitcoin_payments_have_no_source_account(client: FlaskClient) -> None:
    checkout_id = open_checkout(client, "BTC")
    pay(client, checkout_id)
    assert checkout_of(client, checkout_id)["payments"][0]["sourceAccount"] is None


def test_a_seen_payment_is_in_progress_and_not_listed(client: FlaskClient) -> None:
    checkout_id = open_checkout(client)
    (payment_id,) = pay(client, checkout_id, confirm=False)
    shown = checkout_of(client, checkout_id)
    assert (shown["state"], shown["payments"]) == ("IN_PROGRESS", [])
    assert get(client, "/payments")["count"] == 0
    answer = client.get(f"/api/v1/payment?id={payment_id}", headers=BASIC)
    assert answer.status_code == 404


def test_a_confirmed_payment_is_listed(client: FlaskClient) -> None:
    checkout_id = open_checkout(client)
    (payment_id,) = pay(client, checkout_id, confirm=False)
    answer = client.post(f"/control/payments/{payment_id}/confirm")
    assert answer.get_json() == {
        "payment": payment_id,
        "checkout": checkout_id,
        "state": "COMPLETED",
    }
    payment = get(client, f"/payment?id={payment_id}")["payment"]
    assert payment == checkout_of(client, checkout_id)["payments"][0]
    assert client.post(f"/control/payments/{payment_id}/confirm").status_code == 409


def test_less_is_underpaid_and_not_credited(client: FlaskClient) -> None:
    checkout_id = open_checkout(client)
    pay(client, checkout_id, scenario="less")
    assert state_of(client, checkout_id) == "UNRESOLVED_UNDERPAID"
    assert payment_states(client, checkout_id) == ["UNRESOLVED"]


def test_several_payments_add_up(client: FlaskClient) -> None:
    checkout_id = open_checkout(client)
    pay(client, checkout_id, scenario="less")
    pay(client, checkout_id, scenario="exact")
    assert state_of(client, checkout_id) == "COMPLETED"
    payments = checkout_of(client, checkout_id)["payments"]
    assert [p["state"] for p in payments] == ["RESOLVED", "RESOLVED"]
    paid = sum(Decimal(p["sourceAmount"]) for p in payments)
    assert paid == amount_of(client, checkout_id)


def test_more_is_overpaid(client: FlaskClient) -> None:
    checkout_id = open_checkout(client)
    pay(client, checkout_id, scenario="more")
    assert state_of(client, checkout_id) == "UNRESOLVED_OVERPAID"
    assert payment_states(client, checkout_id) == ["UNRESOLVED"]


def test_twice_leaves_the_first_payment_credited(client: FlaskClient) -> None:
    checkout_id = open_checkout(client)
    assert len(pay(client, checkout_id, scenario="twice", tx="abc")) == 2
    assert state_of(client, checkout_id) == "UNRESOLVED_OVERPAID"
    assert payment_states(client, checkout_id) == ["RESOLVED", "UNRESOLVED"]


@pytest.mark.parametrize(
    ("factor", "state"),
    [
        ("0.5", "DELAYED_UNDERPAID"),
        ("1", "DELAYED_COMPLETED"),
        ("2", "DELAYED_OVERPAID"),
    ],
)
def test_late_payments_delay_the_checkout_but_not_the_clock(
    client: FlaskClient, factor: str, state: str
) -> None:
    checkout_id = open_checkout(client, "XRP")
    due = amount_of(client, checkout_id)
    amount = (due * Decimal(factor)).quantize(Decimal("1e-6"))
    pay(client, checkout_id, scenario="late", amount=str(amount))
    assert state_of(client, checkout_id) == state
    assert get(client, "/time")["time"] == int(NOW.timestamp())
    (payment,) = checkout_of(client, checkout_id)["payments"]
    assert payment["timestamp"] == "2026-11-21T15:05:00+02:00"


def test_a_payment_after_the_expiry_is_late_by_itself(client: FlaskClient) -> None:
    checkout_id = open_checkout(client)
    client.post("/control/time", json={"advance": 3700})
    assert state_of(client, checkout_id) == "EXPIRED"
    pay(client, checkout_id)
    assert state_of(client, checkout_id) == "DELAYED_COMPLETED"


def test_money_above_an_on_time_total_is_not_delayed(client: FlaskClient) -> None:
    checkout_id = open_checkout(client)
    pay(client, checkout_id)
    pay(client, checkout_id, scenario="late")
    assert state_of(client, checkout_id) == "UNRESOLVED_OVERPAID"


def test_a_late_rest_delays_the_checkout(client: FlaskClient) -> None:
    checkout_id = open_checkout(client)
    pay(client, checkout_id, scenario="less")
    pay(client, checkout_id, scenario="late")
    assert state_of(client, checkout_id) == "DELAYED_COMPLETED"


@pytest.mark.parametrize("asset", ["BTC", None])
def test_without_a_payment_a_checkout_expires(
    client: FlaskClient, asset: str | None
) -> None:
    checkout_id = open_checkout(client, asset)
    client.post("/control/time", json={"advance": 3599})
    assert state_of(client, checkout_id) == "NEW_CHARGE"
    client.post("/control/time", json={"advance": 1})
    assert state_of(client, checkout_id) == "EXPIRED"


@pytest.mark.parametrize(
    ("asset", "scenario"),
    [
        ("XLM", "without_memo"),
        ("XLM", "wrong_memo"),
        ("XRP", "without_memo"),
        ("XRP", "wrong_tag"),
    ],
)
def test_astray_deposits_never_reach_the_checkout(
    client: FlaskClient, asset: str, scenario: str
) -> None:
    checkout_id = open_checkout(client, asset)
    answer = client.post(
        f"/control/checkouts/{checkout_id}/pay", json={"scenario": scenario}
    ).get_json()
    assert answer["payments"] == []
    assert answer["state"] == "NEW_CHARGE"
    assert checkout_of(client, checkout_id)["payments"] == []
    assert get(client, "/payments")["count"] == 0
    (deposit,) = client.get("/control/unmatched").get_json()["unmatched"]
    assert answer["unmatched"] == [deposit["id"]]
    assert (deposit["reason"], deposit["meantFor"]) == (scenario, checkout_id)
    assert (deposit["memo"] is not None) is (scenario == "wrong_memo")
    assert (deposit["destinationTag"] is not None) is (scenario == "wrong_tag")


@pytest.mark.parametrize(
    ("asset", "scenario"),
    [
        ("BTC", "without_memo"),
        ("ETH", "without_memo"),
        ("LTC", "without_memo"),
        ("XRP", "wrong_memo"),
        ("XLM", "wrong_tag"),
        ("BTC", "other_asset"),
        ("BTC", "wrong_asset"),
        ("LTC", "wrong_asset"),
        ("XLM", "unheard_of"),
    ],
)
def test_scenarios_that_a_chain_does_not_have_are_refused(
    client: FlaskClient, asset: str, scenario: str
) -> None:
    checkout_id = open_checkout(client, asset)
    answer = client.post(
        f"/control/checkouts/{checkout_id}/pay", json={"scenario": scenario}
    )
    assert answer.status_code == 400
    assert answer.get_json()["errors"]


def test_a_path_payment_counts_by_its_credit(client: FlaskClient) -> None:
    checkout_id = open_checkout(client)
    pay(client, checkout_id, scenario="other_asset")
    shown = checkout_of(client, checkout_id)
    assert shown["state"] == "COMPLETED"
    (payment,) = shown["payments"]
    assert payment["sourceAssetCode"] == "EURT"
    assert payment["sourceAssetIssuer"].startswith("EURT:G")
    assert payment["sourceBlockchain"] == "XLM"
    assert payment["creditAmount"] == "10.0000000"
    assert Decimal(payment["sourceAmount"]) < amount_of(client, checkout_id) / 10


@pytest.mark.parametrize("asset", ["XLM", "ETH", "XRP"])
def test_a_wrong_asset_is_listed_but_worth_nothing(
    client: FlaskClient, asset: str
) -> None:
    checkout_id = open_checkout(client, asset)
    pay(client, checkout_id, scenario="wrong_asset")
    shown = checkout_of(client, checkout_id)
    assert shown["state"] == "UNRESOLVED_GENERIC"
    (payment,) = shown["payments"]
    assert payment["state"] == "UNRESOLVED"
    assert payment["creditAmount"] == "0.0000000"
    assert payment["sourceAssetCode"] != asset
    pay(client, checkout_id)
    assert state_of(client, checkout_id) == "COMPLETED"
    assert payment_states(client, checkout_id) == ["UNRESOLVED", "RESOLVED"]


def test_an_unconfirmed_payment_that_is_reversed_disappears(
    client: FlaskClient,
) -> None:
    checkout_id = open_checkout(client)
    (payment_id,) = pay(client, checkout_id, confirm=False)
    answer = client.post(f"/control/payments/{payment_id}/reverse").get_json()
    assert answer["state"] == "NEW_CHARGE"
    assert client.post(f"/control/payments/{payment_id}/confirm").status_code == 404


def test_a_confirmed_payment_that_is_reversed_is_unresolved(
    client: FlaskClient,
) -> None:
    checkout_id = open_checkout(client)
    (payment_id,) = pay(client, checkout_id)
    client.post(f"/control/payments/{payment_id}/reverse")
    assert state_of(client, checkout_id) == "UNRESOLVED_GENERIC"
    assert payment_states(client, checkout_id) == ["UNRESOLVED"]
    assert client.post(f"/control/payments/{payment_id}/reverse").status_code == 409
    pay(client, checkout_id)
    assert state_of(client, checkout_id) == "COMPLETED"


def test_a_reversed_payment_can_vanish_instead(client: FlaskClient) -> None:
    client.post("/control/settings", json={"reversal": "removed"})
    checkout_id = open_checkout(client)
    (payment_id,) = pay(client, checkout_id)
    client.post(f"/control/payments/{payment_id}/reverse")
    shown = checkout_of(client, checkout_id)
    assert (shown["state"], shown["payments"]) == ("UNRESOLVED_GENERIC", [])


def test_the_merchant_resolves_an_underpaid_checkout(client: FlaskClient) -> None:
    checkout_id = open_checkout(client)
    pay(client, checkout_id, scenario="less")
    answer = client.post(f"/control/checkouts/{checkout_id}/resolve")
    assert answer.get_json() == {"checkout": checkout_id, "state": "RESOLVED"}
    assert state_of(client, checkout_id) == "RESOLVED"
    assert payment_states(client, checkout_id) == ["RESOLVED"]


def test_money_after_the_resolution_is_not_credited(client: FlaskClient) -> None:
    checkout_id = open_checkout(client)
    pay(client, checkout_id, scenario="less")
    client.post(f"/control/checkouts/{checkout_id}/resolve")
    pay(client, checkout_id)
    assert state_of(client, checkout_id) == "RESOLVED"
    assert payment_states(client, checkout_id) == ["RESOLVED", "UNRESOLVED"]


def test_only_an_unresolved_checkout_can_be_resolved(client: FlaskClient) -> None:
    checkout_id = open_checkout(client)
    path = f"/control/checkouts/{checkout_id}/resolve"
    assert client.post(path).status_code == 409
    pay(client, checkout_id)
    assert client.post(path).status_code == 409


def test_payments_are_listed_newest_first(client: FlaskClient) -> None:
    ids = []
    for _ in range(3):
        ids += pay(client, open_checkout(client))
        client.post("/control/time", json={"advance": 60})
    answer = get(client, "/payments?limit=2&offset=1")
    assert answer["count"] == 3
    assert [payment["id"] for payment in answer["payments"]] == [ids[1], ids[0]]


def test_payments_can_lack_their_state(client: FlaskClient) -> None:
    client.post("/control/settings", json={"omit_payment_state": True})
    (payment_id,) = pay(client, open_checkout(client))
    assert "state" not in get(client, "/payments")["payments"][0]
    assert "state" not in get(client, f"/payment?id={payment_id}")["payment"]


@pytest.mark.parametrize(
    "body",
    [
        {"amount": "0"},
        {"amount": "-1"},
        {"amount": "x"},
        {"amount": True},
        {"amount": "0.00000001"},
        {"amount": "1e18"},
        {"amount": "1e-9999999"},
        {"amount": "NaN"},
        {"confirm": "perhaps"},
        {"tx": 7},
        {"tx": "x" * 201},
        {"scenario": 7},
    ],
)
def test_bad_transfers_are_refused(client: FlaskClient, body: dict[str, Any]) -> None:
    checkout_id = open_checkout(client)
    answer = client.post(f"/control/checkouts/{checkout_id}/pay", json=body)
    assert answer.status_code == 400
    assert state_of(client, checkout_id) == "NEW_CHARGE"


def test_a_transaction_is_seen_once(client: FlaskClient) -> None:
    checkout_id = open_checkout(client)
    pay(client, checkout_id, scenario="less", tx="abc")
    path = f"/control/checkouts/{checkout_id}/pay"
    assert client.post(path, json={"tx": "abc"}).status_code == 409


def test_an_uncommitted_checkout_cannot_be_paid(client: FlaskClient) -> None:
    checkout_id = open_checkout(client, None)
    path = f"/control/checkouts/{checkout_id}/pay"
    assert client.post(path, json={}).status_code == 400


def test_a_checkout_takes_a_bounded_number_of_payments(client: FlaskClient) -> None:
    checkout_id = open_checkout(client)
    path = f"/control/checkouts/{checkout_id}/pay"
    codes = [client.post(path, json={"amount": "0.1"}).status_code for _ in range(51)]
    assert codes == [200] * 50 + [400]


def test_a_hosted_checkout_is_paid_in_the_named_asset(client: FlaskClient) -> None:
    body = {
        "charge": {
            "currency": "USD",
            "lineItems": [{"description": "T-Shirt", "netAmount": 10}],
        }
    }
    answer = client.post("/api/v1/checkout/hosted", json=body, headers=BASIC)
    checkout_id = answer.get_json()["id"]
    pay(client, checkout_id, assetCode="LTC")
    shown = checkout_of(client, checkout_id)
    assert shown["state"] == "COMPLETED"
    assert shown["payments"][0]["sourceAssetCode"] == "LTC"
