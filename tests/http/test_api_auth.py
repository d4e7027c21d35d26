"""APIAuth, against the document's own example and a computation from outside."""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import datetime, timezone

import pytest

from checkout_kit.errors import (
    ProviderAuthError,
    ProviderRateLimited,
    ProviderUnavailable,
)
from checkout_kit.http import ApiAuth, explain_outage, read_errors
from checkout_kit.http.api_auth import canonical_string, hash_content, sign

# The document's own canonical string (Quoine Pay, chapter 1, the notice).
EXAMPLE = (
    "application/json,1B2M2Y8AsgTpgAmY7PhCfg==,/api/invoices,"
    "Sat, 27 Sep 2014 04:55:17 GMT,0599e5ed6cbb522053f4faf4eccfbd3a"
)
SECRET = "SECRET-of-the-example-account"


def now() -> datetime:
    return datetime(2014, 9, 27, 4, 55, 17, tzinfo=timezone.utc)


def test_the_canonical_string_is_the_documents() -> None:
    text = canonical_string(
        "application/json",
        hash_content(b""),
        "/api/invoices",
        "Sat, 27 Sep 2014 04:55:17 GMT",
        "0599e5ed6cbb522053f4faf4eccfbd3a",
    )
    assert text == EXAMPLE


def test_an_absent_hash_stays_empty_between_its_commas() -> None:
    # As in the document's Ruby example: "application/json,,#{path},#{date},#{nonce}".
    text = canonical_string("application/json", "", "/profile", "DATE", "NONCE")
    assert text == "application/json,,/profile,DATE,NONCE"


def test_the_signature_is_base64_of_hmac_sha1() -> None:
    # printf %s "$EXAMPLE" | openssl dgst -sha1 -hmac YOUR_USER_SECRET -binary | base64
    assert sign("YOUR_USER_SECRET", EXAMPLE) == "XI3Z54eIut0BirC/Iuts0vepmNA="


def test_a_body_is_bound_by_its_hash() -> None:
    body = b'{"price": "5.00"}'
    headers = ApiAuth("1", SECRET, now)("POST", "/invoices", body)
    digest = hashlib.md5(body, usedforsecurity=False).digest()
    assert headers["Content-MD5"] == base64.b64encode(digest).decode()
    assert headers["Date"] == "Sat, 27 Sep 2014 04:55:17 GMT"
    text = canonical_string(
        "application/json",
        headers["Content-MD5"],
        "/invoices",
        headers["Date"],
        headers["NONCE"],
    )
    assert headers["Authorization"] == f"APIAuth 1:{sign(SECRET, text)}"


def test_the_hash_can_be_left_out() -> None:
    auth = ApiAuth("1", SECRET, now, content_md5=False)
    assert "Content-MD5" not in auth("POST", "/invoices", b"{}")
    assert "Content-MD5" not in ApiAuth("1", SECRET, now)("GET", "/invoices", b"")


@pytest.mark.parametrize(
    ("prefix", "path"),
    [(None, "/api/v1/profile"), ("", "/profile"), ("/api", "/api/profile")],
)
def test_a_signed_prefix_takes_the_base_paths_place(
    prefix: str | None, path: str
) -> None:
    base_url = "https://pay.quoine.com/api/v1/"
    auth = ApiAuth("1", SECRET, now, base_url=base_url, signed_prefix=prefix)
    headers = auth("GET", "/api/v1/profile", b"")
    text = canonical_string(
        "application/json", "", path, headers["Date"], headers["NONCE"]
    )
    assert headers["Authorization"] == f"APIAuth 1:{sign(SECRET, text)}"


def test_a_nonce_is_never_used_again() -> None:
    auth = ApiAuth("1", SECRET, now)
    nonces = {auth("GET", "/profile", b"")["NONCE"] for _ in range(50)}
    assert len(nonces) == 50
    assert all(re.fullmatch(r"[0-9a-z]{32}", nonce) for nonce in nonces)


def test_the_secret_is_in_no_repr() -> None:
    assert repr(ApiAuth("1", SECRET, now)) == "<ApiAuth 1>"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"errors": {"price": ["can't be blank"]}}, ["price can't be blank"]),
        ({"errors": {"price": "is odd"}}, ["price is odd"]),
        ({"errors": ["first", 2, "third"]}, ["first", "third"]),
        ({"errors": "all wrong", "message": "sorry"}, ["all wrong", "sorry"]),
        ({"message": "Invoice not found"}, ["Invoice not found"]),
        ({"message": 7}, []),
        (["message"], []),
        (None, []),
    ],
)
def test_words_are_found_in_every_shape(data: object, words: list[str]) -> None:
    assert list(read_errors(data)) == words


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("API usage limit reached", ProviderRateLimited),
        ("please wait until you can do the call again", ProviderRateLimited),
        ("an API call you don't have access to", ProviderAuthError),
        ("An internal error on Authy", ProviderUnavailable),
    ],
)
def test_a_503_is_told_apart_by_its_words(words: str, kind: type[Exception]) -> None:
    outage = ProviderUnavailable("acme", words, status=503, retry_after=7)
    explained = explain_outage(outage)
    assert type(explained) is kind
    assert getattr(explained, "retry_after", 7) == 7


def test_only_a_503_is_explained() -> None:
    outage = ProviderUnavailable("acme", "usage limit", status=500)
    assert explain_outage(outage) is outage
