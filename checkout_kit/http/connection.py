"""Connections: sessions whose reading ends at a deadline and at a number of bytes."""

from __future__ import annotations

import http.client
import io
import logging
import os
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

# Status line, headers and the framing of chunks come on top of the body.
_OVERHEAD = 256 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a call may take and how much it may bring.

    Times are in seconds. ``total`` stays below the 10 seconds that the kit gives a
    provider while a buyer waits. It covers all attempts of a call and the pauses
    between them; connecting tries each address of a host for ``connect`` at most.
    ``max_bytes`` counts the answer's body, compressed and decompressed. ``attempts``
    is the most for calls that may be repeated.
    """

    connect: float = 3.0
    read: float = 6.0
    total: float = 8.0
    max_bytes: int = 4_000_000
    attempts: int = 3

    def __post_init__(self) -> None:
        if min(self.connect, self.read, self.total) <= 0:
            raise ValueError("timeouts must be more than zero")
        if self.max_bytes < 1 or self.attempts < 1:
            raise ValueError("max_bytes and attempts must be at least one")


class AnswerTooLong(Exception):
    """Raised inside the client when an answer exceeds ``Limits.max_bytes``."""


@dataclass(frozen=True, slots=True)
class CallBounds:
    """The bounds of the call that the present thread makes."""

    deadline: float
    read_timeout: float
    max_bytes: int

    @property
    def remaining(self) -> float:
        """How many seconds are left; may be negative."""
        return self.deadline - time.monotonic()


_BOUNDS: ContextVar[CallBounds] = ContextVar("checkout_kit_call_bounds")


@contextmanager
def bounded_by(bounds: CallBounds) -> Iterator[None]:
    """Apply bounds to whatever this thread reads from its connections."""
    token = _BOUNDS.set(bounds)
    try:
        yield
    finally:
        _BOUNDS.reset(token)


class _BoundedReader(io.RawIOBase):
    """Reads a socket until the call's deadline or its number of bytes is reached.

    A read timeout alone does not help against a server that sends a byte at a time,
    nor a cap on the body against endless headers.
    """

    def __init__(self, sock: Any, raw: Any) -> None:
        super().__init__()
        self._sock = sock
        self._raw = raw
        self._received = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        bounds = _BOUNDS.get()
        remaining = bounds.remaining
        if remaining <= 0:
            raise TimeoutError("the call's time is over")
        self._sock.settimeout(min(bounds.read_timeout, remaining))
        count: int | None = self._raw.readinto(buffer)
        self._received += count or 0
        if self._received > bounds.max_bytes + _OVERHEAD:
            raise AnswerTooLong
        return count

    def close(self) -> None:
        # The raw file counts as a user of the socket, which closes with the last one.
        if not self.closed:
            self._raw.close()
        super().close()


class _BoundedResponse(http.client.HTTPResponse):
    def __init__(self, sock: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp: Any = io.BufferedReader(_BoundedReader(sock, self.fp.detach()))


class BoundedHttp(HTTPConnection):
    """A connection without TLS that reads within the bounds of its call."""

    response_class = _BoundedResponse


class BoundedHttps(HTTPSConnection):
    """A connection with TLS that reads within the bounds of its call."""

    response_class = _BoundedResponse


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = BoundedHttp


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = BoundedHttps


class _BoundedAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            "http": _HttpPool,
            "https": _HttpsPool,
        }


class _OwnCallsFilter(logging.Filter):
    """Drops what urllib3 logs of our own calls: its lines hold query strings."""

    def filter(self, record: logging.LogRecord) -> bool:
        return _BOUNDS.get(None) is None


_FILTER = _OwnCallsFilter()


class SessionPool:
    """Lends each call a session of its own, made in this process.

    A session is never used by two threads at once nor after a fork, yet connections
    are kept alive between calls, also where every call has a new thread.
    """

    def __init__(self, max_idle: int = 4) -> None:
        self._idle: deque[tuple[int, requests.Session]] = deque()
        self._max_idle = max_idle

    @contextmanager
    def lend(self) -> Iterator[requests.Session]:
        """Hand out a session, and take it back for the next call."""
        pid = os.getpid()
        session = self._take(pid) or _new_session()
        try:
            yield session
        except BaseException:
            session.close()
            raise
        if len(self._idle) < self._max_idle:
            self._idle.append((pid, session))
        else:
            session.close()

    def _take(self, pid: int) -> requests.Session | None:
        # A deque's pop is atomic, so no lock is needed that a fork could leave locked.
        while True:
            try:
                owner, session = self._idle.pop()
            except IndexError:
                return None
            if owner == pid:
                return session
            # A parent's session is dropped unclosed: closing would end its TLS there.

    def close(self) -> None:
        """Close all idle connections of this process."""
        while session := self._take(os.getpid()):
            session.close()


def hide_own_calls() -> None:
    """Keep what urllib3 would log of this kit's calls out of the logs."""
    for name in ("urllib3.connection", "urllib3.connectionpool"):
        # Adding the same filter again changes nothing.
        logging.getLogger(name).addFilter(_FILTER)


def _new_session() -> requests.Session:
    hide_own_calls()
    session = requests.Session()
    session.trust_env = False
    for scheme in ("http://", "https://"):
        session.mount(scheme, _BoundedAdapter(pool_maxsize=1, max_retries=0))
    return session
