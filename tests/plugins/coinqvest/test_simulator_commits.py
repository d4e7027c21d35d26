"""Committing a checkout to an asset: its instructions, once and in time."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.plugins.coinqvest.simulator_caller import NOW, charge, commit, create, post


@pytest.mark.parametrize(
    ("asset", "has_memo", "has_tag"),
    [
        ("XLM", True, False),
        ("BTC", False, False),
        ("ETH", False, False),
        ("LTC", False, False),
        ("XRP", False, True),
    ],
)
def test_commit_answers_deposit_instructions(
    client: FlaskClient, asset: str, has_memo: bool, has_tag: bool
) -> None:
    checkout = create(client)
    answer = commit(client, checkout["id"], asset).get_json()
    deposit = answer["depositInstructions"]
    assert list(deposit) == [
        "blockchain",
        "assetCode",
        "amount",
        "address",
        "memo",
        "memoType",
        "destinationTag",
    ]
    assert answer["checkoutId"] == checkout["id"]
    assert answer["expirationTime"] == "2026-11-21T13:00:00+00:00"
    assert deposit["assetCode"] == asset
    assert (deposit["memo"] is not None) is has_memo
    assert deposit["memoType"] == ("text" if has_memo else None)
    assert (deposit["destinationTag"] is not None) is has_tag


@pytest.mark.parametrize("asset", ["XLM", "BTC", "ETH", "LTC", "XRP"])
def test_the_commits_amount_differs_a_little_from_the_quote(
    client: FlaskClient, asset: str
) -> None:
    for _ in range(50):
        checkout = create(client)
        quotes = {
            m["assetCode"]: m["paymentAmount"] for m in checkout["paymentMethods"]
        }
        answer = commit(client, checkout["id"], asset).get_json()
        amount = Decimal(answer["depositInstructions"]["amount"])
        ratio = amount / Decimal(quotes[asset])
        assert Decimal("0.997") < ratio < Decimal("1.003")
        assert ratio != 1


def test_the_drift_can_be_switched_off(client: FlaskClient) -> None:
    client.post("/control/settings", json={"drift": False})
    answer = commit(client, create(client)["id"], "XRP").get_json()
    assert answer["depositInstructions"]["amount"] == "42.282669"


def test_coins_charged_in_themselves_do_not_drift(client: FlaskClient) -> None:
    checkout = create(client, charge("1.5", "ETH"))
    answer = commit(client, checkout["id"], "ETH").get_json()
    assert answer["depositInstructions"]["amount"] == "1.5000000"


def test_checkouts_differ_in_address_memo_or_tag(client: FlaskClient) -> None:
    for asset, field in [
        ("BTC", "address"),
        ("ETH", "address"),
        ("LTC", "address"),
        ("XLM", "memo"),
        ("XRP", "destinationTag"),
    ]:
        found = {
            commit(client, create(client)["id"], asset).get_json()[
                "depositInstructions"
            ][field]
            for _ in range(20)
        }
        assert len(found) == 20


def test_shared_chains_have_one_account(client: FlaskClient) -> None:
    first, second = (
        commit(client, create(client)["id"], "XLM").get_json()["depositInstructions"]
        for _ in range(2)
    )
    assert first["address"] == second["address"]


def test_a_second_commit_repeats_the_instructions(client: FlaskClient) -> None:
    checkout_id = create(client)["id"]
    first = commit(client, checkout_id, "BTC").get_json()
    client.post("/control/time", json={"advance": 120})
    assert commit(client, checkout_id, "BTC").get_json() == first


def test_a_second_commit_can_be_refused(client: FlaskClient) -> None:
    checkout_id = create(client)["id"]
    commit(client, checkout_id, "BTC")
    client.post("/control/settings", json={"refuse_second_commit": True})
    assert commit(client, checkout_id, "BTC").status_code == 400


def test_another_asset_after_the_commit_is_refused(client: FlaskClient) -> None:
    checkout_id = create(client)["id"]
    commit(client, checkout_id, "BTC")
    assert commit(client, checkout_id, "XLM").status_code == 400


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"checkoutId": 7, "assetCode": []}, 400),
        ({"checkoutId": "000000000000", "assetCode": "BTC"}, 404),
    ],
)
def test_bad_commits_are_refused(
    client: FlaskClient, body: dict[str, Any], status: int
) -> None:
    assert post(client, "/checkout/commit", body).status_code == status


def test_an_asset_that_was_not_offered_is_refused(client: FlaskClient) -> None:
    checkout_id = create(client, charge("0.01"))["id"]
    assert commit(client, checkout_id, "BTC").status_code == 400
    assert commit(client, checkout_id, "DOGE").status_code == 400


def test_an_expired_checkout_cannot_be_committed(client: FlaskClient) -> None:
    checkout_id = create(client)["id"]
    client.post("/control/time", json={"advance": 3600})
    assert commit(client, checkout_id, "BTC").status_code == 400


def test_the_window_of_the_commit_starts_with_the_commit(client: FlaskClient) -> None:
    checkout_id = create(client)["id"]
    client.post("/control/time", json={"advance": 1800})
    answer = commit(client, checkout_id, "BTC").get_json()
    expires = datetime.fromisoformat(answer["expirationTime"])
    assert expires == NOW + timedelta(seconds=1800 + 3600)
