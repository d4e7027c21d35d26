"""Payments to the simulator: how they are told, which are refused or go astray."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.plugins.coinqvest.simulator_caller import (
    BASIC,
    amount_of,
    checkout_of,
    open_checkout,
    pay,
    payment_states,
    read,
    state_of,
)


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
    assert read(client, "/payments")["count"] == 0
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
    payment = read(client, f"/payment?id={payment_id}")["payment"]
    assert payment == checkout_of(client, checkout_id)["payments"][0]
    assert client.post(f"/control/payments/{payment_id}/confirm").status_code == 409


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
    assert read(client, "/payments")["count"] == 0
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


def test_payments_are_listed_newest_first(client: FlaskClient) -> None:
    ids = []
    for _ in range(3):
        ids += pay(client, open_checkout(client))
        client.post("/control/time", json={"advance": 60})
    answer = read(client, "/payments?limit=2&offset=1")
    assert answer["count"] == 3
    assert [payment["id"] for payment in answer["payments"]] == [ids[1], ids[0]]


def test_payments_can_lack_their_state(client: FlaskClient) -> None:
    client.post("/control/settings", json={"omit_payment_state": True})
    (payment_id,) = pay(client, open_checkout(client))
    assert "state" not in read(client, "/payments")["payments"][0]
    assert "state" not in read(client, f"/payment?id={payment_id}")["payment"]


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
