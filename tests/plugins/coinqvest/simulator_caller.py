"""Calls of the simulator, as a shop with the simulator's key makes them."""

from __future__ import annotations

import hashlib
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from checkout_kit_coinqvest.simulator import SIMULATOR_API_KEY, SIMULATOR_API_SECRET

NOW = datetime(2026, 11, 21, 12, 0, 0, tzinfo=timezone.utc)
BASIC = {
    "X-Basic": hashlib.sha256(
        f"{SIMULATOR_API_KEY}:{SIMULATOR_API_SECRET}".encode()
    ).hexdigest()
}
ISSUER = "GDUKMGUGDZQK6YHYA5Z6AY2G4XDSZPSZ3SW5UN3ARVMO6QSRDWP5YLEX"


def charge(amount: Any = 10, currency: str = "USD", **more: Any) -> dict[str, Any]:
    line = {"description": "T-Shirt", "netAmount": amount}
    return {"charge": {"currency": currency, "lineItems": [line], **more}}


def post(client: FlaskClient, path: str, body: object) -> TestResponse:
    return client.post("/api/v1" + path, json=body, headers=BASIC)


def get(client: FlaskClient, path: str) -> TestResponse:
    return client.get("/api/v1" + path, headers=BASIC)


def create(client: FlaskClient, body: dict[str, Any] | None = None) -> dict[str, Any]:
    answer = post(client, "/checkout", body or charge())
    assert answer.status_code == 200, answer.text
    return dict(answer.get_json())


def commit(client: FlaskClient, checkout_id: str, asset: str) -> TestResponse:
    body = {"checkoutId": checkout_id, "assetCode": asset}
    return post(client, "/checkout/commit", body)


def total_of(client: FlaskClient, checkout_id: str) -> tuple[str, str]:
    found = client.get(f"/control/checkouts/{checkout_id}").get_json()["checkout"]
    return found["total"], found["currency"]


def open_checkout(client: FlaskClient, asset: str | None = "XLM", **more: Any) -> str:
    checkout_id = str(create(client, {**charge(), **more})["id"])
    if asset is not None:
        assert commit(client, checkout_id, asset).status_code == 200
    return checkout_id


def pay(client: FlaskClient, checkout_id: str, **body: Any) -> list[str]:
    answer = client.post(f"/control/checkouts/{checkout_id}/pay", json=body)
    assert answer.status_code == 200, answer.text
    return list(answer.get_json()["payments"])


def read(client: FlaskClient, path: str) -> dict[str, Any]:
    """The JSON of a GET that has to succeed."""
    answer = get(client, path)
    assert answer.status_code == 200, answer.text
    return dict(answer.get_json())


def checkout_of(client: FlaskClient, checkout_id: str) -> dict[str, Any]:
    return dict(read(client, f"/checkout?id={checkout_id}")["checkout"])


def state_of(client: FlaskClient, checkout_id: str) -> str:
    return str(checkout_of(client, checkout_id)["state"])


def payment_states(client: FlaskClient, checkout_id: str) -> list[str]:
    return [p["state"] for p in checkout_of(client, checkout_id)["payments"]]


def amount_of(client: FlaskClient, checkout_id: str) -> Decimal:
    shown = client.get(f"/control/checkouts/{checkout_id}").get_json()["checkout"]
    return Decimal(shown["amount"])
