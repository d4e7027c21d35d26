"""Authentication: who is let in, and what the others are told."""

from __future__ import annotations

import hashlib
import json

import pytest
from flask import Flask
from werkzeug.datastructures import Headers

from checkout_kit.testing.clock import FakeClock
from checkout_kit.web.api.authentication import SignedRequest
from tests.web.api.conftest import MerchantMaker
from tests.web.api.merchant import PREFIX, Merchant, errors_of, sign

#: Signatures of real SDKs: method, path and body as sent.
VECTORS = [
    (
        *("GET", "/wallet", b""),
        "b70c79dc637663fb78587d14dcb6809d057d9092996d3b66738d8afee3d62b20",
    ),
    (
        *("POST", "/checkout/hosted", b'{"a":1}'),
        "dc0e54c94ceacc1ccaf28bbda0693633d037cf4e2746550cc6dcf24e3a2e05c0",
    ),
    (
        *("POST", "/checkout/hosted", rb'{"webhook":"https:\/\/s.example\/w"}'),
        "15568103df2d7b1364d5cdfea5c7c6f2218b780ba9b5843bf4aeb18cba35fd37",
    ),
    (
        # Node's SDK sends nothing for null, and signs the text.
        *("POST", "/x", b""),
        "7d76fd517fc93fb3ee1dbf7bfcfd3f1ab8f66f7c18d156de6c71985a21ee5302",
    ),
]


@pytest.mark.parametrize(("method", "path", "body", "signature"), VECTORS)
def test_the_signatures_of_real_sdks_are_among_ours(
    method: str, path: str, body: bytes, signature: str
) -> None:
    request = SignedRequest(method, path, body)
    ours = {request.sign("SECRET", "1600000000", text) for text in request.bodies()}
    assert signature in ours


def test_a_signed_request_is_let_in(merchant: Merchant) -> None:
    response = merchant.get("/auth-test")
    assert (response.status_code, response.get_json()) == (200, {"success": True})


def test_public_endpoints_need_no_key(app: Flask, clock: FakeClock) -> None:
    client = app.test_client()
    assert client.get(f"{PREFIX}/ping").get_json() == {"success": True}
    now = int(clock.now().timestamp())
    assert client.get(f"{PREFIX}/time").get_json() == {"time": now}


@pytest.mark.parametrize(
    ("sent", "signed"),
    [
        (b"", b""),
        (b"", b"null"),
        (b"", b"undefined"),
        (b"[]", b""),
        (b"{}", b""),
        (b"{}", b"{}"),
    ],
)
def test_the_sdks_ways_to_sign_nothing_are_accepted(
    merchant: Merchant, sent: bytes, signed: bytes
) -> None:
    response = _post(merchant, sent, signed)
    # It is let in, and then told what is missing.
    assert response == (400, ["charge: is missing."])


@pytest.mark.parametrize(
    ("sent", "signed"),
    [
        (b"{ }", b""),
        (b'{"a":1}', b""),
        (b'{"a":1}', b'{"a": 1}'),
        (b'{"a":1}', b"undefined"),
        (b"null", b""),
    ],
)
def test_the_bytes_that_were_sent_must_be_signed(
    merchant: Merchant, sent: bytes, signed: bytes
) -> None:
    status, errors = _post(merchant, sent, signed)
    assert (status, errors) == (401, ["X-Digest-Signature: authentication failed."])


def _post(merchant: Merchant, sent: bytes, signed: bytes) -> tuple[int, list[str]]:
    headers = merchant.headers("POST", "/checkout/hosted", signed)
    response = merchant.client.post(
        f"{PREFIX}/checkout/hosted", data=sent, headers=headers
    )
    return response.status_code, errors_of(response)


@pytest.mark.parametrize("seconds", [-30, 0, 30])
def test_clocks_may_differ_by_the_window(merchant: Merchant, seconds: int) -> None:
    assert _auth_test(merchant, seconds) == 200


@pytest.mark.parametrize("seconds", [-31, 31, -86400, 10**10])
def test_an_old_or_future_signature_is_refused(
    merchant: Merchant, seconds: int
) -> None:
    assert _auth_test(merchant, seconds) == 401


@pytest.mark.parametrize("config", [{"CHECKOUT_KIT_API_CLOCK_WINDOW": 300}])
@pytest.mark.parametrize(("seconds", "status"), [(300, 200), (301, 401)])
def test_the_window_is_a_setting(merchant: Merchant, seconds: int, status: int) -> None:
    assert _auth_test(merchant, seconds) == status


def _auth_test(merchant: Merchant, seconds: int) -> int:
    timestamp = int(merchant.clock.now().timestamp()) + seconds
    headers = {
        "X-Digest-Key": merchant.key,
        "X-Digest-Timestamp": str(timestamp),
        "X-Digest-Signature": sign(
            merchant.secret, "/auth-test", timestamp, "GET", b""
        ),
    }
    return merchant.client.get(f"{PREFIX}/auth-test", headers=headers).status_code


@pytest.mark.parametrize(
    "change",
    [
        {"X-Digest-Key": ""},
        {"X-Digest-Key": "000000000000"},
        {"X-Digest-Key": "a' OR 1=1 --"},
        {"X-Digest-Key": "\xe9"},
        {"X-Digest-Signature": ""},
        {"X-Digest-Signature": "0" * 64},
        {"X-Digest-Signature": "\xe9" * 64},
        {"X-Digest-Timestamp": ""},
        {"X-Digest-Timestamp": "now"},
        {"X-Digest-Timestamp": "-1"},
        {"X-Digest-Timestamp": "9" * 400},
        {"X-Digest-Timestamp": "\u0661\u0662"},
    ],
)
def test_wrong_headers_are_refused_in_the_documents_shape(
    merchant: Merchant, change: dict[str, str]
) -> None:
    headers = Headers(merchant.headers("GET", "/auth-test", b""))
    for name, value in change.items():
        headers[name] = value.encode().decode("latin-1")
    response = merchant.client.get(f"{PREFIX}/auth-test", headers=headers)
    assert response.status_code == 401
    assert errors_of(response)


def test_another_path_or_method_is_another_signature(merchant: Merchant) -> None:
    headers = merchant.headers("GET", "/auth-test", b"")
    assert (
        merchant.client.post(f"{PREFIX}/checkout/hosted", headers=headers).status_code
        == 401
    )


def test_the_query_is_not_signed(merchant: Merchant) -> None:
    assert merchant.get("/auth-test", anything="else").status_code == 200


def test_basic_auth_is_accepted(merchant: Merchant) -> None:
    assert _basic(merchant, merchant.secret) == 200
    assert _basic(merchant, "another") == 401


def test_basic_auth_can_be_switched_off(make_merchant: MerchantMaker) -> None:
    merchant = make_merchant(allows_basic=False)
    assert _basic(merchant, merchant.secret) == 401
    assert merchant.get("/auth-test").status_code == 200


def _basic(merchant: Merchant, secret: str) -> int:
    basic = hashlib.sha256(f"{merchant.key}:{secret}".encode()).hexdigest()
    return merchant.client.get(
        f"{PREFIX}/auth-test", headers={"X-Basic": basic}
    ).status_code


def test_a_key_may_be_bound_to_addresses(make_merchant: MerchantMaker) -> None:
    merchant = make_merchant(networks=["192.0.2.0/24", "2001:db8::7"])
    for address in ("192.0.2.99", "::ffff:192.0.2.99", "2001:db8::7"):
        response = merchant.call("GET", "/auth-test", address=address)
        assert response.status_code == 200
    for address in ("127.0.0.1", "192.0.3.1", "2001:db8::8"):
        response = merchant.call("GET", "/auth-test", address=address)
        assert response.status_code == 403
        assert "address" in errors_of(response)[0]


def test_a_header_about_another_address_is_not_believed(
    make_merchant: MerchantMaker,
) -> None:
    merchant = make_merchant(networks=["192.0.2.1"])
    response = merchant.call(
        "GET", "/auth-test", headers={"X-Forwarded-For": "192.0.2.1"}
    )
    assert response.status_code == 403


def test_json_is_read_under_any_content_type(merchant: Merchant) -> None:
    for content_type in (
        "application/x-www-form-urlencoded",
        "text/plain",
        "application/json; charset=utf-8",
    ):
        response = merchant.post(
            "/checkout/hosted", merchant.order(), Content_Type=content_type
        )
        assert response.status_code == 200
        assert set(json.loads(response.text)) == {"id", "checkoutId", "url"}
