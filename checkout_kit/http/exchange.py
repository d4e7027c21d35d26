"""Exchanges: what goes out and what comes back of one call, as bytes."""

from __future__ import annotations

import ipaddress
import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode, urlsplit

import requests

from checkout_kit.http.connection import AnswerTooLong

#: Gets method, request target exactly as sent, and raw body; returns headers to add.
Signer = Callable[[str, str, bytes], Mapping[str, str]]

USER_AGENT = "checkout-kit"
_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Call:
    """What is sent, the same at every attempt but for the signature."""

    method: str
    path: str
    url: str = field(repr=False)
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    auth: Signer | None = field(repr=False)
    content_type: str = "application/json"

    def prepare(self) -> tuple[requests.PreparedRequest, Sequence[str]]:
        """Make the request, and name what is secret in it."""
        headers = {
            "User-Agent": USER_AGENT,
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            **self.headers,
        }
        if self.body:
            headers["Content-Type"] = self.content_type
        prepared = requests.Request(
            self.method, self.url, headers=headers, data=self.body or None
        ).prepare()
        if self.auth is None:
            return prepared, ()
        signature = self.auth(self.method, prepared.path_url, self.body)
        prepared.prepare_headers({**prepared.headers, **signature})
        # Short values, such as a timestamp, are no secrets and would spoil evidence.
        return prepared, [value for value in signature.values() if len(value) >= 16]


class Unreadable(Exception):
    """Raised inside the client when a body can't be read as it is labelled."""


def read_body(response: requests.Response, max_bytes: int) -> bytes:
    """Read an answer's body, counting what it unpacks to.

    :raises Unreadable: if it is not packed as it is labelled.
    :raises AnswerTooLong: if it is too long, packed or unpacked.
    """
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding in ("", "identity"):
        unpack = None
    elif encoding in ("gzip", "x-gzip"):
        unpack = zlib.decompressobj(16 + zlib.MAX_WBITS)
    else:
        raise Unreadable("the answer is packed in a way that was not asked for")
    parts = []
    received = unpacked = 0
    for chunk in response.raw.stream(_CHUNK, decode_content=False):
        received += len(chunk)
        if unpack is not None:
            try:
                # Bounded, so that a small chunk can't fill the memory.
                chunk = unpack.decompress(chunk, max_bytes - unpacked + 1)
            except zlib.error:
                raise Unreadable("the answer is not gzip as it says") from None
            if unpack.unused_data:
                raise Unreadable("the answer goes on after its gzip data")
        unpacked += len(chunk)
        if max(received, unpacked) > max_bytes:
            raise AnswerTooLong
        parts.append(chunk)
    if unpack is not None and received and not unpack.eof:
        raise requests.exceptions.ConnectionError("cut off")
    expected = response.headers.get("content-length", "")
    if (
        expected.isdigit()
        and received < int(expected[:18])
        and "transfer-encoding" not in response.headers
        and response.status_code not in (204, 304)
        and response.request.method != "HEAD"
    ):
        raise requests.exceptions.ConnectionError("cut off")
    return b"".join(parts)


def build_target(path: str, params: Mapping[str, str | int] | None) -> str:
    """Write path and query as they are sent.

    :raises ValueError: if a part of the path would be read as something else.
    """
    if not path.startswith("/") or re.search(r"[\s?#\\]|//|/\.{1,2}(/|\Z)", path):
        raise ValueError("a path starts with one slash and holds no query or dots")
    query = f"?{urlencode(params)}" if params else ""
    return quote(path, safe="/-._~:@!$&'()*+,;=") + query


def check_base_url(base_url: str, allow_plain_http: bool) -> str:
    """Return an acceptable base URL without trailing slash.

    :raises ValueError: saying what is expected, without the URL.
    """
    parts = urlsplit(base_url)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise ValueError("the base URL must be one of https://")
    if parts.username is not None or parts.password is not None:
        raise ValueError("the base URL must not hold a user name or password")
    if parts.query or parts.fragment:
        raise ValueError("the base URL must not hold a query or fragment")
    if parts.scheme == "http" and not (
        allow_plain_http or _is_loopback(parts.hostname)
    ):
        raise ValueError("the base URL must be one of https://")
    return base_url.rstrip("/")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
