"""ApiClient's connections: slow, endless, broken, unreachable, untrusted, and kept."""

from __future__ import annotations

import gzip
import os
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from checkout_kit.errors import (
    ProviderProtocolError,
    ProviderTimeout,
    ProviderUnavailable,
    ProviderUnreachable,
)
from checkout_kit.http import ApiClient, Limits
from tests.http.quick_client import QUICK, failure_of, make_client
from tests.http.raw_server import Answerer, answer, packed, serving


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
