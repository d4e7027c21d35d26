"""ApiClient's requests: what is sent, signed, repeated and logged, or refused."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable
from decimal import Decimal

import pytest

from checkout_kit.errors import (
    ProviderProtocolError,
    ProviderRateLimited,
    ProviderRefused,
    ProviderUnavailable,
)
from checkout_kit.http import ApiClient, Limits
from tests.http.quick_client import SECRET, failure_of, make_client
from tests.http.raw_server import answer, in_turn, serving


def test_the_body_is_sent_as_exact_json() -> None:
    with serving(answer()) as server:
        make_client(server).post("/thing", {"amount": Decimal("0.0000001"), "n": None})
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert body == b'{"amount":0.0000001,"n":null}'
    assert head.startswith(b"POST /api/v1/thing HTTP/1.1\r\n")
    assert b"Content-Type: application/json" in head


def test_the_signer_gets_what_is_sent() -> None:
    seen = []

    def sign(method: str, target: str, body: bytes) -> dict[str, str]:
        seen.append((method, target, body))
        return {"X-Signature": "s" * 20}

    with serving(answer()) as server:
        client = make_client(server, auth=sign)
        client.get("/a/ü", {"q": "ä&b=c d/+%", "n": 1})
        client.post("/x:y", {"a": "€"})
        client.get("/open", signed=False)
    for request, (method, target, body) in zip(server.requests, seen, strict=False):
        head, _, sent = request.partition(b"\r\n\r\n")
        assert head.split(b"\r\n")[0].decode() == f"{method} {target} HTTP/1.1"
        assert sent == body
        assert b"X-Signature: ssss" in head
    assert len(seen) == 2 and b"X-Signature" not in server.requests[2]


def test_each_attempt_is_signed_anew() -> None:
    counter = iter("12345")

    def sign(method: str, target: str, body: bytes) -> dict[str, str]:
        return {"X-Nonce": next(counter)}

    with serving(in_turn(answer(status="503 Busy"), answer())) as server:
        make_client(server, auth=sign).get("/thing")
    assert b"X-Nonce: 1" in server.requests[0] and b"X-Nonce: 2" in server.requests[1]


def test_only_repeatable_calls_are_repeated() -> None:
    with serving(answer(status="503 Busy")) as server:
        client = make_client(server)
        calls: list[tuple[Callable[[], object], int]] = [
            (lambda: client.get("/a"), 2),
            (lambda: client.post("/b", {}), 1),
            (lambda: client.post("/c", {}, idempotent=True), 2),
        ]
        for call, attempts in calls:
            server.requests.clear()
            with pytest.raises(ProviderUnavailable):
                call()
            assert len(server.requests) == attempts


def test_a_refusal_is_not_repeated() -> None:
    with serving(answer(status="400 Bad")) as server:
        with pytest.raises(ProviderRefused):
            make_client(server).get("/thing")
        assert len(server.requests) == 1


@pytest.mark.slow
def test_retry_after_is_honoured_within_the_total_time() -> None:
    busy = answer(status="429 Too Many", headers="Retry-After: 1\r\n")
    with serving(in_turn(busy, answer())) as server:
        started = time.monotonic()
        make_client(server, limits=Limits(total=5)).get("/thing")
        assert time.monotonic() - started >= 1
    error = failure_of(busy, limits=Limits(total=0.9))
    assert isinstance(error, ProviderRateLimited) and error.retry_after == 1


def test_retry_after_as_a_date_is_read_against_the_answers_own() -> None:
    headers = (
        "Date: Sat, 21 Nov 2026 10:00:00 GMT\r\n"
        "Retry-After: Sat, 21 Nov 2026 10:02:00 GMT\r\n"
    )
    error = failure_of(answer(status="503 Busy", headers=headers))
    assert isinstance(error, ProviderUnavailable) and error.retry_after == 120


@pytest.mark.parametrize("value", ["soon", "-5", "1.5", "٣", "Sat, 99 Nov 2026"])
def test_an_unreadable_retry_after_is_ignored(value: str) -> None:
    def write(connection: socket.socket, request: bytes) -> None:
        connection.sendall(
            b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nRetry-After: "
            + value.encode()
            + b"\r\n\r\n"
        )

    error = failure_of(write)
    assert isinstance(error, ProviderUnavailable) and error.retry_after is None


def test_the_log_has_one_line_without_query_body_or_secret(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(answer(b'{"answer":"private"}')) as server:
        client = make_client(server, auth=lambda *_: {"X-Key": SECRET})
        client.request("GET", f"/thing/{SECRET}", params={"query": "private"})
    assert [r.name for r in caplog.records] == ["checkout_kit.http"]
    assert "GET /thing/[redacted]: 200 in" in caplog.text
    assert SECRET not in caplog.text and "private" not in caplog.text
    assert SECRET not in repr(client) + repr(vars(client)["redact"])


def test_other_users_of_urllib3_keep_their_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    import requests

    caplog.set_level(logging.DEBUG)
    with serving(answer()) as server:
        make_client(server).get("/thing")
        requests.get(server.url + "/other", timeout=2)
    assert any(r.name == "urllib3.connectionpool" for r in caplog.records)


def test_cookies_and_the_environment_are_ignored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "")
    with serving(answer(headers="Set-Cookie: a=b\r\n")) as server:
        client = make_client(server)
        client.get("/thing")
        client.get("/thing")
        assert b"Cookie" not in server.requests[1]


@pytest.mark.parametrize(
    "url",
    [
        "api.example.com",
        "ftp://api.example.com",
        "http://api.example.com",
        "https://user:pass@api.example.com",
        "https://api.example.com?x=1",
        "https://api.example.com#x",
        "https://",
    ],
)
def test_an_odd_base_url_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="base URL") as caught:
        ApiClient("acme", url)
    assert "pass" not in str(caught.value).replace("password", "")


@pytest.mark.parametrize(
    "path", ["thing", "//evil.example/x", "/a/../b", "/a/.", "/a?b", "/a#b", "/a\r\nb"]
)
def test_an_odd_path_is_refused(path: str) -> None:
    client = ApiClient("acme", "https://api.example.com")
    with pytest.raises(ValueError, match="path"):
        client.get(path)


def test_a_header_that_breaks_the_request_is_an_error_of_ours() -> None:
    for value in ("a\r\nX-Evil: 1", "ü€"):
        with serving(answer()) as server:
            client = make_client(server, auth=lambda *_, value=value: {"X-A": value})
            with pytest.raises(ProviderProtocolError):
                client.get("/thing")
            assert server.requests == []
