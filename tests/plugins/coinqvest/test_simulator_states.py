"""The eleven states of a checkout that follow from its payments and the clock."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask.testing import FlaskClient

from tests.plugins.coinqvest.simulator_caller import (
    NOW,
    amount_of,
    checkout_of,
    open_checkout,
    pay,
    payment_states,
    read,
    state_of,
)


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
    assert read(client, "/time")["time"] == int(NOW.timestamp())
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
