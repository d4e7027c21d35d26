"""The simulator's authentication, signed here by hand as the API document says."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from checkout_kit_coinqvest.simulator import SIMULATOR_API_KEY, SIMULATOR_API_SECRET
from checkout_kit_coinqvest.simulator.auth import Credentials
from tests.plugins.coinqvest.simulator_caller import NOW

UNIX = int(NOW.timestamp())


def digest_headers(
    path: str,
    method: str = "GET",
    body: str = "",
    timestamp: str = str(UNIX),
    key: str = SIMULATOR_API_KEY,
    secret: str = SIMULATOR_API_SECRET,
) -> dict[str, str]:
    text = path + timestamp + method + body
    signature = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    return {
        "X-Digest-Key": key,
        "X-Digest-Timestamp": timestamp,
        "X-Digest-Signature": signature,
    }


def basic_headers(secret: str = SIMULATOR_API_SECRET) -> dict[str, str]:
    text = f"{SIMULATOR_API_KEY}:{secret}"
    return {"X-Basic": hashlib.sha256(text.encode()).hexdigest()}


def auth_test(client: FlaskClient, headers: dict[str, str]) -> TestResponse:
    return client.get("/api/v1/auth-test", headers=headers)


def test_key_and_secret_are_as_long_as_real_ones() -> None:
    assert (len(SIMULATOR_API_KEY), len(SIMULATOR_API_SECRET)) == (12, 29)


def test_public_endpoints_need_no_authentication(client: FlaskClient) -> None:
    assert client.get("/api/v1/ping").json == {"success": True}
    assert client.get("/api/v1/time").json == {"time": UNIX}


def test_digest_of_a_get_is_accepted(client: FlaskClient) -> None:
    answer = auth_test(client, digest_headers("/auth-test"))
    assert answer.status_code == 200
    assert answer.json == {"success": True}


def test_digest_leaves_out_the_query(client: FlaskClient) -> None:
    headers = digest_headers("/checkouts")
    assert client.get("/api/v1/checkouts?limit=2", headers=headers).status_code == 200


def test_digest_covers_the_raw_body(client: FlaskClient) -> None:
    headers = digest_headers("/checkout/commit", "POST", '{"a": 1}')
    same = client.post("/api/v1/checkout/commit", data='{"a": 1}', headers=headers)
    other = client.post("/api/v1/checkout/commit", data='{"a":1}', headers=headers)
    assert (same.status_code, other.status_code) == (400, 401)


def test_published_vectors_are_reproduced() -> None:
    credentials = Credentials("KEY", "SECRET")
    assert (
        credentials.sign("/wallet", "1600000000", "GET", b"")
        == "b70c79dc637663fb78587d14dcb6809d057d9092996d3b66738d8afee3d62b20"
    )
    assert (
        credentials.sign("/checkout/hosted", "1600000000", "POST", b'{"a":1}')
        == "dc0e54c94ceacc1ccaf28bbda0693633d037cf4e2746550cc6dcf24e3a2e05c0"
    )
    assert (
        credentials.hash_basic()
        == "4f0e0f66f249e3f136c6e4aa44300c644488c27b4a3594be2d008e7863fe9311"
    )
    assert (
        credentials.sign_webhook(b'{"eventType":"CHECKOUT_COMPLETED"}')
        == "1b95375e1b354700db78011c214ffa8376ea516b7edc472d7b446f2a9d4d460e"
    )


@pytest.mark.parametrize(
    ("skew", "status"), [(-30, 401), (-29, 200), (0, 200), (29, 200), (30, 401)]
)
def test_timestamps_hold_for_less_than_30_seconds(
    client: FlaskClient, skew: int, status: int
) -> None:
    headers = digest_headers("/auth-test", timestamp=str(UNIX + skew))
    assert auth_test(client, headers).status_code == status


def test_the_simulated_clock_judges_timestamps(client: FlaskClient) -> None:
    client.post("/control/time", json={"advance": 3600})
    assert auth_test(client, digest_headers("/auth-test")).status_code == 401
    later = digest_headers("/auth-test", timestamp=str(UNIX + 3600))
    assert auth_test(client, later).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Basic": ""},
        {"X-Basic": "ünknown"},
        basic_headers("WrongSecret"),
        digest_headers("/ping"),
        digest_headers("/auth-test", "POST"),
        digest_headers("/auth-test", key="SOMEONE-ELSE"),
        digest_headers("/auth-test", secret="WrongSecret"),
        digest_headers("/auth-test", timestamp="noon"),
        digest_headers("/auth-test", timestamp="9" * 40),
        {"X-Digest-Key": SIMULATOR_API_KEY, "X-Digest-Timestamp": str(UNIX)},
        {**digest_headers("/auth-test"), "X-Digest-Signature": "ä"},
        {**basic_headers(), "X-Digest-Signature": "0" * 64},
    ],
)
def test_wrong_credentials_are_refused(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    answer = auth_test(client, headers)
    assert answer.status_code == 401
    assert answer.json is not None
    assert answer.json["errors"]


def test_basic_auth_is_accepted(client: FlaskClient) -> None:
    assert auth_test(client, basic_headers()).status_code == 200


def test_refusals_never_name_the_secret(client: FlaskClient) -> None:
    text = auth_test(client, digest_headers("/ping")).get_data(as_text=True)
    assert SIMULATOR_API_SECRET not in text
    assert SIMULATOR_API_SECRET not in repr(Credentials("KEY", SIMULATOR_API_SECRET))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/checkout"),
        ("POST", "/checkout/commit"),
        ("POST", "/checkout/hosted"),
        ("GET", "/checkout?id=x"),
        ("GET", "/checkouts"),
        ("GET", "/payment?id=x"),
        ("GET", "/payments"),
    ],
)
def test_protected_endpoints_ask_for_authentication(
    client: FlaskClient, method: str, path: str
) -> None:
    assert client.open("/api/v1" + path, method=method).status_code == 401
