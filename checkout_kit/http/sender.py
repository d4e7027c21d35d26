"""The sender: one guarded POST to an address that somebody else chose."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import urllib3
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from checkout_kit.errors import InputError, SendFailed, TargetRefused
from checkout_kit.http.connection import (
    BoundedHttp,
    BoundedHttps,
    CallBounds,
    Limits,
    bounded_by,
    hide_own_calls,
)
from checkout_kit.http.exchange import USER_AGENT
from checkout_kit.http.failures import (
    CALL_FAILURES,
    clean_messages,
    retry_after,
    to_provider_error,
)
from checkout_kit.http.guard import AddressGuard

#: How much of an answer is kept, in characters.
MAX_EXCERPT = 300
_MAX_BYTES = 4096


@dataclass(frozen=True, slots=True)
class SendAnswer:
    """What a receiver answered: its status, and the beginning of what it said."""

    status: int
    excerpt: str = field(repr=False)
    #: Seconds that it wants to be left alone, if it said so.
    retry_after: int | None = None


class Sender:
    """POSTs bodies to receivers, bounded in time and bytes, through the guard.

    Follows no redirect, uses no proxy of the environment and verifies TLS by the
    host's name while it connects to the address that the guard checked. Every request
    has a connection of its own.

    :param ca_bundle: a file of certificates to trust in place of the public ones.
    """

    def __init__(
        self,
        guard: AddressGuard,
        *,
        limits: Limits | None = None,
        ca_bundle: str | None = None,
    ) -> None:
        self._guard = guard
        self._limits = limits or Limits(
            connect=5.0, read=15.0, total=15.0, max_bytes=_MAX_BYTES, attempts=1
        )
        self._certificates = ca_bundle or DEFAULT_CA_BUNDLE_PATH

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> SendAnswer:
        """Send a body once; any answer counts as one, whatever its status.

        :raises SendFailed: if no answer came. The message quotes nothing of the URL.
        """
        # Raised outside of the except block: a context would carry the request along.
        outcome = self._post(url, headers, body)
        if isinstance(outcome, SendFailed):
            raise outcome
        return outcome

    def _post(
        self, url: str, headers: Mapping[str, str], body: bytes
    ) -> SendAnswer | SendFailed:
        hide_own_calls()
        limits = self._limits
        bounds = CallBounds(
            time.monotonic() + limits.total, limits.read, limits.max_bytes
        )
        try:
            self._guard.check_url("url", url)
            with self._pool(url) as pool, bounded_by(bounds):
                response = pool.urlopen(
                    "POST",
                    _target(url),
                    body=body,
                    headers={
                        "User-Agent": USER_AGENT,
                        "Accept": "*/*",
                        "Accept-Encoding": "identity",
                        "Connection": "close",
                        **headers,
                    },
                    retries=False,
                    redirect=False,
                    timeout=urllib3.Timeout(
                        connect=limits.connect, read=limits.read, total=limits.total
                    ),
                    preload_content=False,
                )
                try:
                    excerpt = _excerpt(response)
                finally:
                    response.close()
        except (InputError, TargetRefused) as refusal:
            return SendFailed(refusal.problem)
        except CALL_FAILURES as failure:
            return SendFailed(to_provider_error("", failure).problem)
        names = {name.lower(): value for name, value in response.headers.items()}
        return SendAnswer(response.status, excerpt, retry_after(names))

    def _pool(self, url: str) -> HTTPConnectionPool:
        parts = urlsplit(url)
        if parts.scheme == "https":
            return _HttpsPool(
                self._guard,
                parts.hostname or "",
                parts.port,
                cert_reqs="CERT_REQUIRED",
                ca_certs=self._certificates,
            )
        return _HttpPool(self._guard, parts.hostname or "", parts.port)


class _GuardedHttp(BoundedHttp):
    guard: AddressGuard

    def _new_conn(self) -> Any:
        return _connect(self, is_https=False)


class _GuardedHttps(BoundedHttps):
    guard: AddressGuard

    def _new_conn(self) -> Any:
        return _connect(self, is_https=True)


def _connect(connection: _GuardedHttp | _GuardedHttps, *, is_https: bool) -> Any:
    return connection.guard.connect(
        connection._dns_host,
        connection.port,
        is_https=is_https,
        timeout=float(connection.timeout or 1),
        options=connection.socket_options or (),
    )


class _GuardedPool(HTTPConnectionPool):
    """Hands its guard to each connection."""

    def __init__(self, guard: AddressGuard, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._guard = guard

    def _new_conn(self) -> Any:
        made: Any = super()._new_conn()
        made.guard = self._guard
        return made


class _HttpPool(_GuardedPool):
    ConnectionCls = _GuardedHttp


class _HttpsPool(_GuardedPool, HTTPSConnectionPool):
    ConnectionCls = _GuardedHttps


def _target(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _excerpt(response: urllib3.BaseHTTPResponse) -> str:
    try:
        read = response.read(_MAX_BYTES, decode_content=False)
    except CALL_FAILURES:
        # It had answered by then: its status counts, whatever it says after that.
        return ""
    return "".join(clean_messages([read.decode("utf-8", "replace")]))[:MAX_EXCERPT]
