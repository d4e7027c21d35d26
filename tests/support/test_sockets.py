"""The socket guard refuses every machine but this one."""

from __future__ import annotations

import socket

import pytest
import requests

from tests.support.sockets import NetworkForbidden, SocketGuard, is_loopback


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.8.8.8", "::1", "localhost", "0.0.0.0", "", None],  # noqa: S104
)
def test_loopback_is_this_machine(host: str | None) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    ["192.0.2.1", "10.0.0.1", "2001:db8::1", "shop.example", "localhost.example"],
)
def test_everything_else_is_not(host: str) -> None:
    assert not is_loopback(host)


def test_connecting_elsewhere_is_refused(socket_guard: SocketGuard) -> None:
    with socket.socket() as client, pytest.raises(NetworkForbidden):
        client.connect(("192.0.2.1", 80))
    assert socket_guard.attempts == ["192.0.2.1"]
    socket_guard.attempts.clear()


def test_resolving_a_name_is_refused(socket_guard: SocketGuard) -> None:
    with pytest.raises(NetworkForbidden):
        socket.getaddrinfo("shop.example", 443)
    socket_guard.attempts.clear()


def test_an_http_library_is_refused(socket_guard: SocketGuard) -> None:
    with pytest.raises(NetworkForbidden):
        requests.get("http://shop.example/", timeout=1)
    socket_guard.attempts.clear()


def test_datagrams_elsewhere_are_refused(socket_guard: SocketGuard) -> None:
    with (
        socket.socket(type=socket.SOCK_DGRAM) as client,
        pytest.raises(NetworkForbidden),
    ):
        client.sendto(b"hello", ("192.0.2.1", 53))
    socket_guard.attempts.clear()


def test_loopback_is_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        with socket.create_connection(server.getsockname(), timeout=5) as client:
            connection, _ = server.accept()
            connection.close()
            assert client.recv(1) == b""


def test_addresses_are_looked_up_without_a_name_server() -> None:
    (found,) = socket.getaddrinfo("192.0.2.1", 80, type=socket.SOCK_STREAM)
    assert found[4][0] == "192.0.2.1"
