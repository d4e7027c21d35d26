"""The sender over real connections: TLS, redirects, slow and endless receivers."""

from __future__ import annotations

import logging
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from checkout_kit.errors import SendFailed, TargetRefused
from checkout_kit.http.connection import Limits
from checkout_kit.http.guard import AddressGuard
from checkout_kit.http.sender import MAX_EXCERPT, Sender
from tests.http.raw_server import serving
from tests.http.test_guard import Names
from tests.support.certificates import make_certificate

LOOPBACK = AddressGuard(["127.0.0.0/8"])
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def _answer(raw: bytes) -> Callable[[socket.socket, bytes], None]:
    return lambda connection, request: connection.sendall(raw)


def test_a_body_arrives_as_it_is_with_its_headers() -> None:
    with serving(_answer(OK)) as server:
        answer = Sender(LOOPBACK).post(
            f"{server.url}/hook?a=b", {"webhook-id": "1"}, b'{"x": 1}'
        )
    assert (answer.status, answer.excerpt) == (200, "ok")
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert body == b'{"x": 1}'
    assert head.startswith(b"POST /hook?a=b HTTP/1.1")
    assert b"webhook-id: 1" in head


def test_a_redirect_is_an_answer_and_not_followed() -> None:
    with serving(_answer(OK)) as other:
        raw = f"HTTP/1.1 307 X\r\nLocation: {other.url}/\r\nContent-Length: 0\r\n\r\n"
        with serving(_answer(raw.encode())) as server:
            answer = Sender(LOOPBACK).post(server.url, {}, b"{}")
        assert other.requests == []
    assert answer.status == 307


def test_a_private_receiver_gets_nothing_unless_it_is_allowed() -> None:
    with serving(_answer(OK)) as server:
        port = server.url.rpartition(":")[2]
        for url in (server.url, f"https://127.0.0.1:{port}/"):
            with pytest.raises(SendFailed):
                Sender(AddressGuard()).post(url, {}, b"{}")
        # A name that leads there, too: it is refused after resolving.
        names = Names(["127.0.0.1"])
        with pytest.raises(SendFailed, match="public Internet"):
            Sender(AddressGuard(resolve=names)).post(
                "https://hooks.example/", {}, b"{}"
            )
        assert len(names.questions) == 1
        assert server.requests == []


def test_proxies_of_the_environment_are_not_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with serving(_answer(OK)) as server:
        assert Sender(LOOPBACK).post(server.url, {}, b"{}").status == 200


def test_a_slow_receiver_is_left_when_the_time_is_over() -> None:
    def drip(connection: socket.socket, request: bytes) -> None:
        for _ in range(100):
            connection.sendall(b"H")
            time.sleep(0.05)

    limits = Limits(connect=1, read=0.3, total=0.4, max_bytes=4096, attempts=1)
    started = time.monotonic()
    with serving(drip) as server, pytest.raises(SendFailed, match="in time"):
        Sender(LOOPBACK, limits=limits).post(server.url, {}, b"{}")
    assert time.monotonic() - started < 3


def test_an_endless_answer_counts_by_its_status_and_is_not_kept() -> None:
    def flood(connection: socket.socket, request: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(1000):
            connection.sendall(b"<script>" * 1000)

    with serving(flood) as server:
        answer = Sender(LOOPBACK).post(server.url, {}, b"{}")
    assert answer.status == 200
    assert len(answer.excerpt) == MAX_EXCERPT


def test_what_is_no_http_is_a_failure_and_not_quoted() -> None:
    with (
        serving(_answer(b"SSH-2.0-secret banner\r\n")) as server,
        pytest.raises(SendFailed) as caught,
    ):
        Sender(LOOPBACK).post(f"{server.url}/canary", {}, b"{}")
    assert "banner" not in str(caught.value)
    assert "canary" not in str(caught.value)
    assert caught.value.__context__ is None


def test_nobody_listening_is_a_failure() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(SendFailed, match="no connection"):
        Sender(LOOPBACK).post(f"http://127.0.0.1:{port}/", {}, b"{}")


def test_retry_after_is_read() -> None:
    raw = b"HTTP/1.1 503 X\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n"
    with serving(_answer(raw)) as server:
        assert Sender(LOOPBACK).post(server.url, {}, b"{}").retry_after == 120


def test_no_log_line_tells_where_a_request_goes(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(_answer(OK)) as server:
        Sender(LOOPBACK).post(f"{server.url}/canary?token=canary", {}, b"{}")
    assert "canary" not in caplog.text


def test_tls_is_checked_by_the_name_not_by_the_address(tmp_path: Path) -> None:
    """The request goes to the address that was checked, and TLS asks for the name."""
    certificate = make_certificate(tmp_path, "hooks.example")
    with _tls_server(certificate) as port:
        guard = AddressGuard(["127.0.0.0/8"], resolve=Names(["127.0.0.1"]))
        sender = Sender(guard, ca_bundle=str(certificate))
        assert sender.post(f"https://hooks.example:{port}/", {}, b"{}").status == 200
        guard = AddressGuard(["127.0.0.0/8"], resolve=Names(["127.0.0.1"]))
        sender = Sender(guard, ca_bundle=str(certificate))
        with pytest.raises(SendFailed, match="TLS"):
            sender.post(f"https://other.example:{port}/", {}, b"{}")
        guard = AddressGuard(["127.0.0.0/8"], resolve=Names(["127.0.0.1"]))
        with pytest.raises(SendFailed, match="TLS"):
            Sender(guard).post(f"https://hooks.example:{port}/", {}, b"{}")


def test_a_refusal_is_a_failure_with_the_host_as_evidence() -> None:
    guard = AddressGuard(resolve=Names(["10.0.0.1"]))
    with pytest.raises(TargetRefused) as caught:
        guard.connect("hooks.example", 443, is_https=True, timeout=1)
    assert isinstance(caught.value, SendFailed)
    assert caught.value.host == "hooks.example"


@contextmanager
def _tls_server(certificate: Path) -> Iterator[int]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    plain, _ = server.accept()
                except OSError:
                    return
                try:
                    with context.wrap_socket(plain, server_side=True) as connection:
                        # Whoever closes before all is read resets the connection.
                        while data := connection.recv(65536):
                            if data.endswith(b"{}"):
                                break
                        connection.sendall(OK)
                except (OSError, ssl.SSLError):
                    continue

        thread: Any = Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
    thread.join(5)
