"""ApiClient's answers: read exactly, or an error that says what is known."""

from __future__ import annotations

import gzip
import zlib
from decimal import Decimal

import pytest

from checkout_kit.errors import (
    ProviderAuthError,
    ProviderError,
    ProviderProtocolError,
    ProviderRateLimited,
    ProviderRefused,
    ProviderUnavailable,
)
from checkout_kit.http import Limits
from tests.http.quick_client import SECRET, failure_of, make_client
from tests.http.raw_server import answer, packed, serving


def test_numbers_are_exact() -> None:
    with serving(answer(b'{"a": 0.10, "b": 3, "c": [1e-7]}')) as server:
        data = make_client(server).get("/thing").data
    assert data == {"a": Decimal("0.10"), "b": 3, "c": [Decimal("1E-7")]}
    assert str(data["a"]) == "0.10" and type(data["b"]) is int


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
