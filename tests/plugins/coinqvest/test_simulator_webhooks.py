"""The simulator's webhooks, received by a real server on the loopback."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from checkout_kit_coinqvest.simulator import (
    SIMULATOR_API_SECRET,
    Simulator,
    create_simulator,
    simulator_of,
)
from tests.plugins.coinqvest.simulator_caller import BASIC, NOW

HOUR = 3600


class Shop:
    """A listener that keeps what it gets and answers the given statuses in turn."""

    def __init__(self) -> None:
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.statuses: list[int] = []
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                shop.requests.append((dict(self.headers), body))
                status = shop.statuses.pop(0) if shop.statuses else 200
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", shop.url)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Keep the test output quiet."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?shop=1"


@pytest.fixture
def shop() -> Iterator[Shop]:
    listener = Shop()
    thread = threading.Thread(
        target=listener.server.serve_forever, args=(0.01,), daemon=True
    )
    thread.start()
    yield listener
    listener.server.shutdown()
    listener.server.server_close()
    thread.join()


@pytest.fixture
def app() -> Flask:
    return create_simulator(clock=lambda: NOW)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def parts(app: Flask) -> Simulator:
    return simulator_of(app)


def open_checkout(client: FlaskClient, webhook: str | None) -> str:
    line = {"description": "T-Shirt", "netAmount": 10}
    body = {"charge": {"currency": "USD", "lineItems": [line]}, "webhook": webhook}
    answer = client.post("/api/v1/checkout", json=body, headers=BASIC)
    checkout_id = str(answer.get_json()["id"])
    chosen = {"checkoutId": checkout_id, "assetCode": "XLM"}
    client.post("/api/v1/checkout/commit", json=chosen, headers=BASIC)
    return checkout_id


def pay(client: FlaskClient, checkout_id: str, **body: Any) -> list[str]:
    answer = client.post(f"/control/checkouts/{checkout_id}/pay", json=body)
    return list(answer.get_json()["payments"])


def log_of(client: FlaskClient) -> list[dict[str, Any]]:
    return list(client.get("/control/webhooks").get_json()["deliveries"])


def test_a_payment_is_told_as_in_the_document(
    client: FlaskClient, parts: Simulator, shop: Shop
) -> None:
    (payment_id,) = pay(client, open_checkout(client, shop.url))
    assert shop.requests == []
    assert parts.deliver_due() == 1
    ((headers, body),) = shop.requests
    assert headers["User-Agent"] == "COINQVEST Webhook Engine 1.0.0"
    assert headers["Content-Type"] == "application/json"
    assert headers["Connection"] == "close"
    secret = SIMULATOR_API_SECRET.encode()
    assert headers["X-Webhook-Auth"] == hashlib.sha256(secret + body).hexdigest()
    answer = client.get(f"/api/v1/payment?id={payment_id}", headers=BASIC)
    assert json.loads(body) == answer.get_json()["payment"]
    assert log_of(client)[0]["state"] == "delivered"
    assert parts.deliver_due() == 0


def test_a_seen_payment_is_told_once_confirmed(
    client: FlaskClient, parts: Simulator, shop: Shop
) -> None:
    (payment_id,) = pay(client, open_checkout(client, shop.url), confirm=False)
    assert parts.deliver_due() == 0
    client.post(f"/control/payments/{payment_id}/confirm")
    assert parts.deliver_due() == 1


def test_unresolved_payments_are_told_and_again_once_credited(
    client: FlaskClient, parts: Simulator, shop: Shop
) -> None:
    checkout_id = open_checkout(client, shop.url)
    pay(client, checkout_id, scenario="less")
    pay(client, checkout_id)
    parts.deliver_due()
    told = [json.loads(body) for _, body in shop.requests]
    assert [payment["state"] for payment in told] == [
        "UNRESOLVED",
        "RESOLVED",
        "RESOLVED",
    ]
    assert told[0]["id"] == told[1]["id"]


def test_a_reversal_is_told(client: FlaskClient, parts: Simulator, shop: Shop) -> None:
    (payment_id,) = pay(client, open_checkout(client, shop.url))
    client.post(f"/control/payments/{payment_id}/reverse")
    parts.deliver_due()
    assert json.loads(shop.requests[-1][1])["state"] == "UNRESOLVED"


def test_without_a_webhook_nothing_is_sent(
    client: FlaskClient, parts: Simulator
) -> None:
    pay(client, open_checkout(client, None))
    assert parts.deliver_due() == 0
    assert log_of(client) == []


@pytest.mark.parametrize("status", [500, 404, 204, 302])
def test_anything_but_200_is_repeated(
    client: FlaskClient, parts: Simulator, shop: Shop, status: int
) -> None:
    shop.statuses = [status]
    pay(client, open_checkout(client, shop.url))
    parts.deliver_due()
    assert len(shop.requests) == 1
    assert log_of(client)[0]["state"] == "pending"
    assert parts.deliver_due() == 0
    client.post("/control/time", json={"advance": 10})
    assert parts.deliver_due() == 1
    assert log_of(client)[0]["state"] == "delivered"
    first, second = shop.requests
    assert first[1] == second[1]


def test_intervals_grow_for_48_hours(
    client: FlaskClient, parts: Simulator, shop: Shop
) -> None:
    shop.statuses = [500] * 100
    pay(client, open_checkout(client, shop.url))
    waits = []
    while True:
        parts.deliver_due()
        following = log_of(client)[0]["nextAttempt"]
        if following is None:
            break
        wait = datetime.fromisoformat(following) - parts.clock.now()
        waits.append(wait.total_seconds())
        client.post("/control/time", json={"at": following})
    assert waits == sorted(waits)
    assert 24 * HOUR < sum(waits) <= 48 * HOUR
    assert log_of(client)[0]["state"] == "given_up"
    client.post("/control/time", json={"advance": 30 * 24 * HOUR})
    assert parts.deliver_due() == 0


def test_an_unreachable_shop_is_logged(client: FlaskClient, parts: Simulator) -> None:
    # Port 9 of the loopback: nobody listens.
    pay(client, open_checkout(client, "http://127.0.0.1:9/"))
    parts.deliver_due()
    (attempt,) = log_of(client)[0]["attempts"]
    assert attempt["status"] is None
    assert attempt["error"] == "ConnectionError"


def test_the_control_api_delivers_and_forces(client: FlaskClient, shop: Shop) -> None:
    shop.statuses = [500]
    pay(client, open_checkout(client, shop.url))
    path = "/control/webhooks/deliver"
    assert len(client.post(path).get_json()["deliveries"]) == 1
    assert client.post(path).get_json()["deliveries"] == []
    forced = client.post(path, json={"force": True}).get_json()["deliveries"]
    assert [delivery["state"] for delivery in forced] == ["delivered"]


def test_a_replay_sends_the_same_bytes_again(
    client: FlaskClient, parts: Simulator, shop: Shop
) -> None:
    pay(client, open_checkout(client, shop.url))
    parts.deliver_due()
    shop.statuses = [500]
    answer = client.post("/control/webhooks/replay", json={})
    (delivery,) = answer.get_json()["deliveries"]
    assert delivery["state"] == "delivered"
    assert len(delivery["attempts"]) == 2
    first, second = shop.requests
    assert first == second
    one = {"delivery": delivery["id"]}
    assert client.post("/control/webhooks/replay", json=one).status_code == 200
    nobody = client.post("/control/webhooks/replay", json={"delivery": 99})
    assert nobody.status_code == 404


def test_webhooks_can_be_off(client: FlaskClient, parts: Simulator, shop: Shop) -> None:
    client.post("/control/settings", json={"webhooks": "off"})
    pay(client, open_checkout(client, shop.url))
    assert parts.deliver_due() == 0


@pytest.mark.parametrize("mode", ["bad_signature", "no_signature"])
def test_signatures_can_be_spoilt(
    client: FlaskClient, parts: Simulator, shop: Shop, mode: str
) -> None:
    client.post("/control/settings", json={"webhooks": mode})
    pay(client, open_checkout(client, shop.url))
    parts.deliver_due()
    ((headers, body),) = shop.requests
    secret = SIMULATOR_API_SECRET.encode()
    expected = hashlib.sha256(secret + body).hexdigest()
    assert headers.get("X-Webhook-Auth") != expected
    assert ("X-Webhook-Auth" in headers) is (mode == "bad_signature")


def test_webhooks_can_come_twice(
    client: FlaskClient, parts: Simulator, shop: Shop
) -> None:
    client.post("/control/settings", json={"webhooks": "duplicate"})
    pay(client, open_checkout(client, shop.url))
    parts.deliver_due()
    first, second = shop.requests
    assert first == second


def test_the_thread_delivers_by_itself_and_stops(shop: Shop) -> None:
    app = create_simulator()
    client, parts = app.test_client(), simulator_of(app)
    others = _webhook_threads()
    parts.start_webhooks()
    parts.start_webhooks()
    assert len(_webhook_threads() - others) == 1
    pay(client, open_checkout(client, shop.url))
    deadline = time.monotonic() + 5
    while not shop.requests and time.monotonic() < deadline:
        time.sleep(0.02)
    parts.stop_webhooks()
    assert len(shop.requests) == 1
    assert _webhook_threads() <= others


def test_requests_of_a_test_client_start_no_thread(client: FlaskClient) -> None:
    others = _webhook_threads()
    client.get("/api/v1/ping")
    assert _webhook_threads() <= others


def _webhook_threads() -> set[threading.Thread]:
    """Those of other tests' simulators may still be ending."""
    return {
        thread
        for thread in threading.enumerate()
        if thread.name == "coinqvest-simulator-webhooks"
    }
