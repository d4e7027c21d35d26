"""ApiClient against a real loopback server, in good times and in ugly ones."""

from __future__ import annotations

import gzip
import logging
import os
import shutil
import socket
import ssl
import subprocess
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from decimal import Decimal
from pathlib import Path

import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from checkout_kit.errors import (
    ProviderAuthError,
    ProviderError,
    ProviderProtocolError,
    ProviderRateLimited,
    ProviderRefused,
    ProviderTimeout,
    ProviderUnavailable,
    ProviderUnreachable,
)
from checkout_kit.http import ApiClient, Limits
from tests.http.raw_server import Answerer, RawServer, answer, in_turn, serving

SECRET = "correct-horse-battery-staple"
QUICK = Limits(connect=0.5, read=0.3, total=0.8, max_bytes=100_000, attempts=2)


def make_client(server: RawServer, **options: object) -> ApiClient:
    settings: dict[str, object] = {"limits": QUICK, "secrets": [SECRET]}
    return ApiClient("acme", server.url + "/api/v1", **(settings | options))  # type: ignore[arg-type]


def failure_of(answerer: Answerer, **options: object) -> ProviderError:
    with serving(answerer) as server:
        client = make_client(server, **options)
        with pytest.raises(ProviderError) as caught:
            client.get("/thing", {"secret": SECRET})
        client.close()
    error = caught.value
    assert SECRET not in repr(error) + str(error) + repr(vars(error))
    # Error reports print contexts and causes: no request may hang on to them.
    assert error.__cause__ is None and error.__context__ is None
    return error


def test_numbers_are_exact() -> None:
    with serving(answer(b'{"a": 0.10, "b": 3, "c": [1e-7]}')) as server:
        data = make_client(server).get("/thing").data
    assert data == {"a": Decimal("0.10"), "b": 3, "c": [Decimal("1E-7")]}
    assert str(data["a"]) == "0.10" and type(data["b"]) is int


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


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("400 Bad Request", ProviderRefused),
        ("404 Not Found", ProviderRefused),
        ("401 Unauthorized", ProviderAuthError),
        ("403 Forbidden", ProviderAuthError),
        ("429 Too Many", ProviderRateLimited),
        ("500 Oops", ProviderUnavailable),
        ("503 Busy", ProviderUnavailable),
        ("302 Found", ProviderProtocolError),
        ("304 Not Modified", ProviderProtocolError),
    ],
)
def test_statuses_become_errors(status: str, kind: type[ProviderError]) -> None:
    error = failure_of(
        answer(b'{"errors":["No such thing."]}', status),
        read_messages=lambda data: data["errors"],
        limits=Limits(attempts=1),
    )
    assert type(error) is kind
    if isinstance(error, ProviderRefused):
        assert error.messages == ("No such thing.",)
        assert error.status == int(status[:3])


def test_messages_are_cleaned_and_redacted() -> None:
    said = f'{{"errors":["bad {SECRET}\\u0007", 5, "{"x" * 400}"]}}'.encode()
    error = failure_of(
        answer(said, "400 Bad Request"), read_messages=lambda data: data["errors"]
    )
    assert isinstance(error, ProviderRefused)
    assert error.messages == ("bad [redacted]", "x" * 300)


def test_a_redirects_body_is_bounded_too() -> None:
    bomb = gzip.compress(b" " * 5_000_000)
    headers = "Location: /\r\nContent-Encoding: gzip\r\n"
    error = failure_of(answer(bomb, "302 Found", headers=headers))
    assert type(error) is ProviderProtocolError and "too long" in error.problem


def test_a_redirect_is_not_followed() -> None:
    with serving(answer()) as other:
        error = failure_of(
            answer(status="302 Found", headers=f"Location: {other.url}\r\n")
        )
        assert isinstance(error, ProviderProtocolError)
        assert other.requests == []


@pytest.mark.parametrize(
    "body",
    [
        b"<html>hello</html>",
        b'{"a":1,"a":2}',
        b'{"a":NaN}',
        b"[Infinity]",
        b"[1] [2]",
        b'"\xff"',
        b'"\\ud800"',
        b"\xef\xbb\xbf{}",
        b"[" * 100 + b"]" * 100,
        b"[" * 40_000 + b"]" * 40_000,
        b"1" * 5000,
        b"1e" + b"9" * 30,
        b"0." + b"1" * 200,
    ],
    ids=lambda body: repr(body[:12]),
)
def test_bodies_that_are_not_strict_json_are_refused(body: bytes) -> None:
    error = failure_of(answer(body))
    assert type(error) is ProviderProtocolError


def test_evidence_is_bounded_and_redacted() -> None:
    body = f"<p>{SECRET}</p>".encode() + b"x" * 1974 + SECRET.encode() + b"y" * 9000
    error = failure_of(answer(body))
    assert isinstance(error, ProviderProtocolError)
    assert len(error.evidence) <= 2000 and "[redacted]" in error.evidence
    assert "correct" not in error.evidence


def test_a_4xx_web_page_is_a_protocol_error() -> None:
    error = failure_of(answer(b"<html>not here</html>", "404 Not Found"))
    assert type(error) is ProviderProtocolError


def test_an_empty_success_has_no_data() -> None:
    with serving(answer(b"", "204 No Content")) as server:
        assert make_client(server).get("/thing").data is None


@pytest.mark.slow
def test_silence_is_a_timeout() -> None:
    started = time.monotonic()
    error = failure_of(lambda connection, request: time.sleep(1))
    assert type(error) is ProviderTimeout
    assert time.monotonic() - started < 3


def drip(prefix: bytes) -> Answerer:
    def write(connection: socket.socket, request: bytes) -> None:
        connection.sendall(prefix)
        for _ in range(100):
            connection.sendall(b"a")
            time.sleep(0.05)

    return write


@pytest.mark.slow
@pytest.mark.parametrize(
    "prefix",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX-Slow: ",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n",
        b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n",
    ],
    ids=["body", "header", "chunk", "until closed"],
)
def test_a_slow_drip_ends_at_the_total_time(prefix: bytes) -> None:
    started = time.monotonic()
    with serving(drip(prefix)) as server:
        client = make_client(server)
        with pytest.raises(ProviderTimeout):
            client.get("/thing")
        assert time.monotonic() - started < 1.5


def flood(head: bytes, block: bytes) -> Answerer:
    def write(connection: socket.socket, request: bytes) -> None:
        connection.sendall(head)
        for _ in range(2000):
            connection.sendall(block)

    return write


@pytest.mark.parametrize(
    ("head", "block"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", b" " * 65536),
        (b"HTTP/1.1 200 OK\r\n\r\n", b" " * 65536),
        (b"HTTP/1.1 200 OK\r\n", b"X-A: " + b"b" * 60000 + b"\r\n"),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"10000\r\n" + b" " * 65536 + b"\r\n",
        ),
    ],
    ids=["length", "until closed", "headers", "chunks"],
)
def test_a_huge_answer_is_cut_off(head: bytes, block: bytes) -> None:
    error = failure_of(flood(head, block), limits=Limits(max_bytes=100_000))
    assert type(error) is ProviderProtocolError


@pytest.mark.slow
def test_an_endless_chunk_size_is_cut_off() -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    error = failure_of(flood(head, b"0" * 65536), limits=Limits(max_bytes=100_000))
    # Newer versions of urllib3 end it themselves, as a broken connection.
    assert type(error) in (ProviderProtocolError, ProviderUnavailable)


def packed(body: bytes, encoding: str = "gzip") -> Answerer:
    return answer(body, headers=f"Content-Encoding: {encoding}\r\n")


def test_gzip_is_unpacked() -> None:
    with serving(packed(gzip.compress(b'{"a":1}'))) as server:
        assert make_client(server).get("/thing").data == {"a": 1}


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (gzip.compress(b" " * 20_000_000), "gzip"),
        (gzip.compress(gzip.compress(b"{}")), "gzip, gzip"),
        (gzip.compress(b"{}") + b"more", "gzip"),
        (b"{}", "gzip"),
        (zlib.compress(b"{}"), "deflate"),
        (b"{}", "br"),
    ],
    ids=["bomb", "twice", "trailing", "not gzip", "deflate", "brotli"],
)
def test_odd_packing_is_refused(body: bytes, encoding: str) -> None:
    assert type(failure_of(packed(body, encoding))) is ProviderProtocolError


def test_a_truncated_answer_is_no_answer() -> None:
    def cut(connection: socket.socket, request: bytes) -> None:
        connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"a":1}')

    assert type(failure_of(cut)) is ProviderUnavailable
    half = gzip.compress(b'{"a":1}' + b" " * 500)[:-9]
    assert type(failure_of(packed(half))) is ProviderUnavailable


def test_a_broken_connection_leaves_the_outcome_unknown() -> None:
    error = failure_of(lambda connection, request: None)
    assert type(error) is ProviderUnavailable and error.should_retry


def test_something_other_than_http_is_a_protocol_error() -> None:
    error = failure_of(
        lambda connection, request: connection.sendall(b"SSH-2.0-OpenSSH_9\r\n\r\n")
    )
    assert type(error) is ProviderProtocolError


def test_nobody_listening_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    client = ApiClient("acme", f"http://127.0.0.1:{port}", limits=QUICK)
    with pytest.raises(ProviderUnreachable):
        client.get("/thing")


def test_an_unknown_host_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    client = ApiClient("acme", "https://api.example.com", limits=QUICK)
    with pytest.raises(ProviderUnreachable):
        client.get("/thing")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new self-signed certificate for 127.0.0.1, with its key in the same file."""
    if shutil.which("openssl") is None:
        pytest.skip("needs the openssl program")
    folder = tmp_path_factory.mktemp("tls")
    key, cert = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 "
        f"-addext subjectAltName=IP:127.0.0.1 -keyout {key} -out {cert}".split(),
        check=True,
        capture_output=True,
    )
    both = folder / "both.pem"
    both.write_text(cert.read_text() + key.read_text())
    return both


def over_tls(certificate: Path) -> Iterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    app = Response("{}", content_type="application/json")
    server = make_server("127.0.0.1", 0, app, ssl_context=context)
    # The refused handshakes of these tests are nobody's news.
    server.log = lambda *args, **kwargs: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()


def test_tls_is_verified(certificate: Path, caplog: pytest.LogCaptureFixture) -> None:
    with contextmanager(over_tls)(certificate) as url:
        client = ApiClient("acme", url, ca_bundle=str(certificate), limits=QUICK)
        assert client.get("/thing").data == {}
        client.close()
        with pytest.raises(ProviderProtocolError, match="TLS"):
            ApiClient("acme", url, limits=QUICK).get("/thing")


def test_a_server_without_tls_is_a_protocol_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as plain:

        def serve() -> None:
            connection, _ = plain.accept()
            with connection, suppress(OSError):
                connection.recv(1000)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                connection.recv(1000)

        thread = threading.Thread(target=serve)
        thread.start()
        url = f"https://127.0.0.1:{plain.getsockname()[1]}"
        client = ApiClient("acme", url, limits=Limits(attempts=1))
        with pytest.raises(ProviderProtocolError, match="TLS"):
            client.get("/thing")
        thread.join(5)


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


def keep_alive(connection: socket.socket, request: bytes) -> None:
    while request:
        answer(close=False)(connection, request)
        request = connection.recv(65536)


def test_a_connection_serves_many_calls_and_threads_one_at_a_time() -> None:
    with serving(keep_alive) as server:
        client = make_client(server)
        for _ in range(3):
            thread = threading.Thread(target=client.get, args=("/thing",))
            thread.start()
            thread.join()
        assert len(server.requests) == 1  # one connection
        client.close()


def test_threads_at_the_same_time_do_not_share_a_connection() -> None:
    barrier = threading.Barrier(3)

    def meet(connection: socket.socket, request: bytes) -> None:
        barrier.wait(2)
        answer(request.split(b"id=")[1].split()[0])(connection, request)

    results = {}
    with serving(meet) as server:
        client = make_client(server, limits=Limits())

        def ask(number: int) -> None:
            results[number] = client.get("/thing", {"id": number}).data

        threads = [threading.Thread(target=ask, args=(n,)) for n in (1, 2, 3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert results == {1: 1, 2: 2, 3: 3}


def test_a_fork_gets_its_own_connection() -> None:
    with serving(keep_alive) as server:
        client = make_client(server)
        client.get("/thing")
        real = os.getpid()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, "getpid", lambda: real + 1)
            client.get("/thing")
            assert len(server.requests) == 2  # another connection
            client.close()
        client.close()


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
