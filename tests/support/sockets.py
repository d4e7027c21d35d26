"""The socket guard: tests talk to this machine only."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest


class NetworkForbidden(RuntimeError):
    """Raised when a test tries to reach another machine."""

    def __init__(self, target: str) -> None:
        super().__init__(
            f"a test tried to reach {target}; tests talk to loopback only. Start a "
            "local server, or replace what resolves the name"
        )


class SocketGuard:
    """What the tests of this process tried to reach; a test that did fails."""

    def __init__(self) -> None:
        #: The targets; a test that tries on purpose clears them.
        self.attempts: list[str] = []

    def check(self, host: object) -> None:
        """Refuse a host other than this machine.

        :raises NetworkForbidden: for every other host.
        """
        if not is_loopback(host):
            self.attempts.append(str(host))
            raise NetworkForbidden(str(host))


def is_loopback(host: object) -> bool:
    """Whether a socket address's host is this machine."""
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host is None or host in {"", "localhost"}:
        return True
    try:
        address = ipaddress.ip_address(str(host).partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


@contextmanager
def loopback_only() -> Iterator[SocketGuard]:
    """Let Python's sockets connect to, and resolve, this machine only."""
    guard = SocketGuard()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex", "sendto"):
            original = getattr(socket.socket, name)
            patch.setattr(socket.socket, name, _guarded_method(guard, original))
        for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
            original = getattr(socket, name)
            patch.setattr(socket, name, _guarded_lookup(guard, original))
        yield guard


def _guarded_method(
    guard: SocketGuard, original: Callable[..., Any]
) -> Callable[..., Any]:
    def call(self: socket.socket, *arguments: Any) -> Any:
        # The address comes last, in sendto(data, [flags,] address) too.
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            guard.check(arguments[-1][0])
        return original(self, *arguments)

    return call


def _guarded_lookup(
    guard: SocketGuard, original: Callable[..., Any]
) -> Callable[..., Any]:
    def call(host: object, *arguments: Any, **options: Any) -> Any:
        # An IP address needs no name server, so looking it up reaches nobody.
        if not _is_address(host):
            guard.check(host)
        return original(host, *arguments, **options)

    return call


def _is_address(host: object) -> bool:
    try:
        ipaddress.ip_address(str(host).partition("%")[0])
    except ValueError:
        return False
    return True
