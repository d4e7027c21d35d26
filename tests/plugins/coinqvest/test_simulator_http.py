"""The simulator over real HTTP: a whole purchase, and faults of the connection."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from werkzeug.serving import WSGIRequestHandler, make_server

from checkout_kit_coinqvest.simulator import (
    SIMULATOR_API_KEY,
    SIMULATOR_API_SECRET,
    create_simulator,
    simulator_of,
)

TIMEOUT = 10


class _QuietHandler(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        """Keep the test output quiet."""


@pytest.fixture
def base() -> Iterator[str]:
    app = create_simulator()
    server = make_server(
        "127.0.0.1", 0, app, threaded=True, request_handler=_QuietHandler
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    simulator_of(app).stop_webhooks()
    server.shutdown()
    server.server_close()
    thread.join()


def call(base: str, method: str, path: str, body: object = None) -> requests.Response:
    raw = "" if body is None else json.dumps(body)
    timestamp = str(int(time.time()))
    text = path.partition("?")[0] + timestamp + method + raw
    signature = hmac.new(
        SIMULATOR_API_SECRET.encode(), text.encode(), hashlib.sha256
    ).hexdigest()
    return requests.request(
        method,
        base + "/api/v1" + path,
        data=raw or None,
        headers={
            "X-Digest-Key": SIMULATOR_API_KEY,
            "X-Digest-Timestamp": timestamp,
            "X-Digest-Signature": signature,
        },
        timeout=TIMEOUT,
    )


def control(base: str, path: str, body: object = None) -> Any:
    answer = requests.post(f"{base}/control{path}", json=body or {}, timeout=TIMEOUT)
    assert answer.status_code == 200, answer.text
    return answer.json()


def open_checkout(base: str, webhook: str | None = None) -> str:
    line = {"description": "T-Shirt", "netAmount": 10.00}
    body = {"charge": {"currency": "USD", "lineItems": [line]}, "webhook": webhook}
    checkout_id = str(call(base, "POST", "/checkout", body).json()["id"])
    chosen = {"checkoutId": checkout_id, "assetCode": "BTC"}
    assert call(base, "POST", "/checkout/commit", chosen).status_code == 200
    return checkout_id


def test_a_purchase_over_http(base: str) -> None:
    # The simulator's own time endpoint answers POST with 405: an unhappy receiver.
    checkout_id = open_checkout(base, f"{base}/api/v1/time")
    control(base, f"/checkouts/{checkout_id}/pay", {"scenario": "exact"})
    shown = call(base, "GET", f"/checkout?id={checkout_id}").json()["checkout"]
    assert shown["state"] == "COMPLETED"
    deadline = time.monotonic() + 5
    attempts: list[Any] = []
    while not attempts and time.monotonic() < deadline:
        log = requests.get(f"{base}/control/webhooks", timeout=TIMEOUT).json()
        attempts = log["deliveries"][0]["attempts"]
        time.sleep(0.02)
    assert attempts[0]["status"] == 405


def test_a_dropped_connection_leaves_the_client_guessing(base: str) -> None:
    checkout_id = open_checkout(base)
    control(base, "/faults", {"mode": "drop", "path": "/checkout"})
    with pytest.raises(requests.ConnectionError):
        call(base, "GET", f"/checkout?id={checkout_id}")
    assert call(base, "GET", f"/checkout?id={checkout_id}").status_code == 200


def test_a_truncated_answer_breaks_off(base: str) -> None:
    control(base, "/faults", {"mode": "truncated"})
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        call(base, "GET", "/checkouts")


def test_a_slow_answer_outlasts_the_clients_patience(base: str) -> None:
    control(base, "/faults", {"mode": "slow", "seconds": 0.5})
    with pytest.raises(requests.ReadTimeout):
        requests.get(f"{base}/api/v1/ping", timeout=0.1)
    assert requests.get(f"{base}/api/v1/ping", timeout=TIMEOUT).json()["success"]


def test_payments_at_the_same_time_are_all_counted(base: str) -> None:
    checkout_id = open_checkout(base)
    body = {"amount": "0.0000001"}
    with ThreadPoolExecutor(8) as pool:
        futures = [
            pool.submit(control, base, f"/checkouts/{checkout_id}/pay", body)
            for _ in range(24)
        ]
        ids = {future.result()["payments"][0] for future in futures}
    shown = call(base, "GET", f"/checkout?id={checkout_id}").json()["checkout"]
    assert {payment["id"] for payment in shown["payments"]} == ids
    assert len(ids) == 24
    assert shown["state"] == "UNRESOLVED_UNDERPAID"
