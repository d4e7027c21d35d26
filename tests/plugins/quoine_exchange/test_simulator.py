"""The simulator: the document's API, its authentication, Pusher and the controls."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
from collections.abc import Iterator
from email.utils import format_datetime
from typing import Any

import pytest
import websocket
from flask.testing import FlaskClient

from checkout_kit.testing import FakeClock, LoopbackServer
from checkout_kit_quoine_exchange.simulator import (
    SIMULATOR_PUSHER_KEY,
    SIMULATOR_VENDOR_ID,
    SIMULATOR_VENDOR_SECRET,
    create_simulator,
    simulator_of,
)
from tests.plugins.quoine_exchange.fake_api import ADDRESS

VENDOR = (SIMULATOR_VENDOR_ID, SIMULATOR_VENDOR_SECRET)
USER = ("1200", "myUserSecret")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def client(clock: FakeClock) -> FlaskClient:
    return create_simulator(clock=clock.now).test_client()


def headers_of(
    target: str, body: bytes, clock: FakeClock, signer: tuple[str, str], **parts: Any
) -> dict[str, str]:
    """Sign as the sister document's chapter on authentication says."""
    date = parts.get("date", format_datetime(clock.now(), usegmt=True))
    nonce = parts.get("nonce", secrets.token_hex(16))
    md5 = base64.b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode()
    text = f"application/json,{md5},{parts.get('signed', target)},{date},{nonce}"
    mac = hmac.new(signer[1].encode(), text.encode(), hashlib.sha1).digest()
    return {
        "Content-Type": "application/json",
        "Content-MD5": md5,
        "Date": date,
        "NONCE": nonce,
        "Authorization": f"APIAuth {signer[0]}:{base64.b64encode(mac).decode()}",
    }


def ask(
    client: FlaskClient,
    clock: FakeClock,
    method: str,
    path: str,
    body: Any = None,
    *,
    signer: tuple[str, str] = VENDOR,
    **parts: Any,
) -> Any:
    target = f"/vendor{path}"
    content = b"" if body is None else json.dumps(body).encode()
    headers = headers_of(target, content, clock, signer, **parts)
    return client.open(target, method=method, data=content, headers=headers)


def test_the_vendors_endpoints(client: FlaskClient, clock: FakeClock) -> None:
    made = ask(
        client, clock, "POST", "/users/", {"ext_id": "new", "auth_code": "9"}
    ).json
    assert made["id"] == 1201 and made["secret"] and made["ext_id"] == "new"
    changed = ask(client, clock, "PUT", "/users/1201", {"email": "u@example.com"}).json
    assert changed["secret"] == made["secret"]
    assert changed["email"] == "u@example.com" and changed["auth_code"] == "9"
    accounts = ask(client, clock, "GET", "/users/1201/accounts").json
    assert [a["currency"] for a in accounts] == ["USD", "JPY", "EUR"]
    assert accounts[0]["balance"] == "0.0"
    body = {"amount": "100000", "notes": "1st Campaign", "request_id": "jb-request-01"}
    funded = ask(client, clock, "PUT", "/accounts/9478/fund", body).json
    assert funded == {
        "id": 9478,
        "currency": "JPY",
        "balance": "100000.0",
        "request_id": "jb-request-01",
    }
    less = {"amount": 40000, "request_id": "jb-request-02"}
    paid = ask(client, clock, "PUT", "/accounts/9478/withdraw", less).json
    assert paid["balance"] == "60000.0"


def test_the_users_endpoints(client: FlaskClient, clock: FakeClock) -> None:
    body = {
        "auth_code": "13332",
        "crypto_withdrawal": {"amount": "0.5", "address": ADDRESS, "currency": "BTC"},
    }
    made = ask(client, clock, "POST", "/crypto_withdrawals/", body, signer=USER)
    expected = {"id": 20, "amount": "0.5", "address": ADDRESS, "state": "pending"}
    assert made.json == expected
    one = ask(client, clock, "GET", "/crypto_withdrawals/20", signer=USER)
    assert one.json == expected
    listed = ask(client, clock, "GET", "/crypto_withdrawals", signer=USER)
    assert listed.json == {"models": [expected], "current_page": 1, "total_pages": 1}


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "field"),
    [
        ("POST", "/users/", {}, 422, "ext_id"),
        ("POST", "/users/", {"ext_id": "vendor-user-id"}, 422, "ext_id"),
        ("PUT", "/users/7", {}, 404, None),
        ("GET", "/users/7/accounts", None, 404, None),
        ("PUT", "/accounts/7/fund", {"amount": "1", "request_id": "r"}, 404, None),
        ("PUT", "/accounts/2300/fund", {"request_id": "r"}, 422, "amount"),
        (
            "PUT",
            "/accounts/2300/fund",
            {"amount": "0", "request_id": "r"},
            422,
            "amount",
        ),
        ("PUT", "/accounts/2300/fund", {"amount": "1"}, 422, "request_id"),
        (
            "PUT",
            "/accounts/2300/withdraw",
            {"amount": "201", "request_id": "r"},
            422,
            "amount",
        ),
    ],
)
def test_wrong_requests_are_refused(
    client: FlaskClient,
    clock: FakeClock,
    method: str,
    path: str,
    body: Any,
    status: int,
    field: str | None,
) -> None:
    answer = ask(client, clock, method, path, body)
    assert answer.status_code == status
    assert answer.json["status"] == "fail"
    if field is not None:
        assert list(answer.json["errors"]) == [field]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"auth_code": "0"}, "auth_code"),
        ({"address": "short"}, "address"),
        ({"currency": "DOGE"}, "currency"),
        ({"amount": "11"}, "amount"),
    ],
)
def test_wrong_crypto_withdrawals_are_refused(
    client: FlaskClient, clock: FakeClock, changes: dict[str, str], field: str
) -> None:
    details = {"amount": "0.5", "address": ADDRESS, "currency": "BTC"}
    code = changes.get("auth_code", "13332")
    body = {"auth_code": code, "crypto_withdrawal": details | changes}
    answer = ask(client, clock, "POST", "/crypto_withdrawals/", body, signer=USER)
    assert answer.status_code == 422
    assert list(answer.json["errors"]) == [field]


def test_who_signs_matters(client: FlaskClient, clock: FakeClock) -> None:
    path = "/users/1200/accounts"
    for refused in (
        ask(client, clock, "GET", path, signer=USER),
        ask(client, clock, "GET", "/crypto_withdrawals", signer=VENDOR),
        ask(client, clock, "GET", path, signer=(VENDOR[0], "wrong")),
        ask(client, clock, "GET", path, signer=("99", VENDOR[1])),
        ask(client, clock, "GET", path, signed="/users/1200/accounts"),
        ask(client, clock, "GET", path, nonce="short"),
        ask(client, clock, "GET", path, date="yesterday"),
        client.get(f"/vendor{path}"),
    ):
        assert refused.status_code == 401
        assert json.loads(refused.text)["status"] == "fail"
    nonce = secrets.token_hex(16)
    assert ask(client, clock, "GET", path, nonce=nonce).status_code == 200
    assert ask(client, clock, "GET", path, nonce=nonce).status_code == 401


def test_a_prefix_may_be_signed_in_the_paths_place(
    client: FlaskClient, clock: FakeClock
) -> None:
    client.post("/control/settings", json={"signed_prefix": ""})
    path = "/users/1200/accounts"
    assert ask(client, clock, "GET", path, signed=path).status_code == 200
    assert ask(client, clock, "GET", path).status_code == 401


@pytest.mark.parametrize(
    ("reading", "status", "balance"),
    [("processed", 200, "220"), ("ignored", 200, "210"), ("refused", 422, "210")],
)
def test_a_request_id_is_read_in_three_ways(
    client: FlaskClient, clock: FakeClock, reading: str, status: int, balance: str
) -> None:
    client.post("/control/settings", json={"repeated_request_id": reading})
    body = {"amount": "10", "request_id": "r"}
    ask(client, clock, "PUT", "/accounts/2300/fund", body)
    again = ask(client, clock, "PUT", "/accounts/2300/fund", body)
    assert again.status_code == status
    books = client.get("/control/books").json
    assert books is not None
    assert books["accounts"][0]["balance"] == balance


def test_the_controls(client: FlaskClient) -> None:
    moved = client.post("/control/accounts/2300/adjust", json={"amount": "-5.5"})
    assert moved.json == {"id": 2300, "balance": "194.5"}
    told = client.post("/control/rates/btcusd", json={"bid": "49999.5"}).json
    assert told is not None and told["product"]["market_bid"] == "49999.5"
    assert client.post("/control/rates/btcusd", json={"bid": "-1"}).status_code == 400
    assert client.post("/control/rates/nothing", json={}).status_code == 404
    assert client.post("/control/pusher", json={"paused": True}).json == {
        "paused": True
    }
    assert client.post("/control/pusher/say", json={}).status_code == 400
    books = client.get("/control/books").text
    assert "myUserSecret" not in books and "13332" not in books
    page = client.get("/")
    assert page.status_code == 200
    assert "Quoine Exchange simulator" in page.text


def test_outages_are_planned(client: FlaskClient, clock: FakeClock) -> None:
    client.post("/control/faults", json={"mode": "503_limit", "times": 1})
    broken = ask(client, clock, "GET", "/users/1200/accounts")
    assert broken.status_code == 503
    assert "limit" in broken.json["message"]
    assert ask(client, clock, "GET", "/users/1200/accounts").status_code == 200


# Pusher; real sockets and threads, left out of a plain `pytest`.


@pytest.fixture
def served() -> Iterator[tuple[Any, str]]:
    app = create_simulator()
    parts = simulator_of(app)
    with LoopbackServer(app) as server:
        yield parts, server.url.replace("http", "ws", 1)
        parts.hub.disconnect_all()


def connect(url: str, key: str = SIMULATOR_PUSHER_KEY, protocol: str = "7") -> Any:
    return websocket.create_connection(
        f"{url}/app/{key}?protocol={protocol}&client=test&version=1", timeout=5
    )


def hear(socket: Any) -> Any:
    return json.loads(socket.recv())


@pytest.mark.slow
def test_pusher_greets_subscribes_and_answers_pings(served: tuple[Any, str]) -> None:
    parts, url = served
    socket = connect(url)
    greeting = hear(socket)
    assert greeting["event"] == "pusher:connection_established"
    # Data is JSON inside JSON.
    assert set(json.loads(greeting["data"])) == {"socket_id", "activity_timeout"}
    channel = "product_cash_btcusd_1"
    socket.send(json.dumps({"event": "pusher:subscribe", "data": {"channel": channel}}))
    subscribed = hear(socket)
    assert subscribed["event"] == "pusher_internal:subscription_succeeded"
    assert subscribed["channel"] == channel
    price = hear(socket)
    assert (price["event"], price["channel"]) == ("updated", channel)
    assert json.loads(price["data"])["market_bid"] == "50000.5"
    socket.send(json.dumps({"event": "pusher:ping", "data": {}}))
    assert hear(socket)["event"] == "pusher:pong"
    assert parts.hub.publish(channel, "updated", {"x": 1}) == 1
    assert json.loads(hear(socket)["data"]) == {"x": 1}
    socket.send(
        json.dumps({"event": "pusher:unsubscribe", "data": {"channel": channel}})
    )
    socket.send(json.dumps({"event": "pusher:ping", "data": {}}))
    hear(socket)
    assert parts.hub.publish(channel, "updated", {}) == 0
    socket.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("key", "protocol", "code"),
    [("wrong", "7", 4001), (SIMULATOR_PUSHER_KEY, "1", 4007)],
)
def test_pusher_refuses_by_its_own_codes(
    served: tuple[Any, str], key: str, protocol: str, code: int
) -> None:
    socket = connect(served[1], key, protocol)
    error = hear(socket)
    # Errors are the exception: their data is an object.
    assert (error["event"], error["data"]["code"]) == ("pusher:error", code)
    opcode, data = socket.recv_data()
    assert opcode == websocket.ABNF.OPCODE_CLOSE
    assert int.from_bytes(data[:2], "big") == code
    socket.close()
    # It closes itself only where it has not heard the other side say goodbye.
    if socket.sock is not None:
        socket.sock.close()


@pytest.mark.slow
def test_pusher_takes_rubbish_and_private_channels_for_errors(
    served: tuple[Any, str],
) -> None:
    socket = connect(served[1])
    hear(socket)
    for text in ("rubbish", "[]", '{"data": 1}', "7"):
        socket.send(text)
        assert hear(socket)["event"] == "pusher:error"
    for channel in ("private-x", "", 7):
        socket.send(
            json.dumps({"event": "pusher:subscribe", "data": {"channel": channel}})
        )
        assert hear(socket)["data"]["code"] == 4009
    socket.close()


@pytest.mark.slow
def test_pusher_keeps_no_thread_of_who_went_away(served: tuple[Any, str]) -> None:
    parts, url = served
    before = threading.active_count()
    for _ in range(3):
        socket = connect(url)
        hear(socket)
        socket.close()
    for _ in range(100):
        if threading.active_count() <= before and not parts.hub.channels():
            return
        threading.Event().wait(0.05)
    raise AssertionError("threads are left")
