"""Webhooks are verified on raw bytes, and read strictly."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest

from checkout_kit.domain.webhook import WebhookRequest
from checkout_kit.errors import WebhookRefused
from checkout_kit_coinqvest import CoinqvestPlugin
from checkout_kit_coinqvest.webhook import parse_webhook_body, verify_webhook
from tests.plugins.coinqvest.fake_api import SECRET as ACCOUNT_SECRET
from tests.plugins.coinqvest.fake_api import FakeApi, read_text

SECRET = "SECRET"
VECTOR = b'{"eventType":"CHECKOUT_COMPLETED"}'
VECTOR_HASH = "1b95375e1b354700db78011c214ffa8376ea516b7edc472d7b446f2a9d4d460e"


def test_the_known_hash_is_accepted() -> None:
    verify_webhook(SECRET, VECTOR, VECTOR_HASH)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        VECTOR_HASH[:-1],
        VECTOR_HASH[:-1] + "0",
        VECTOR_HASH.upper(),
        VECTOR_HASH + " ",
        "ü" * 64,
        "\udcff" * 64,
        "\u0661" * 64,
        hashlib.sha256(VECTOR).hexdigest(),
        hmac.new(b"SECRET", VECTOR, hashlib.sha256).hexdigest(),
    ],
)
def test_any_other_hash_is_refused(header: str | None) -> None:
    with pytest.raises(WebhookRefused) as caught:
        verify_webhook(SECRET, VECTOR, header)
    assert SECRET not in str(caught.value)
    assert VECTOR_HASH not in repr(vars(caught.value))


def test_a_changed_body_is_refused() -> None:
    with pytest.raises(WebhookRefused):
        verify_webhook(SECRET, VECTOR + b" ", VECTOR_HASH)


def test_an_empty_secret_verifies_nothing() -> None:
    with pytest.raises(WebhookRefused):
        verify_webhook("", VECTOR, hashlib.sha256(VECTOR).hexdigest())


def test_the_comparison_takes_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []

    def compare(a: bytes, b: bytes) -> bool:
        compared.append((type(a), type(b)))
        return a == b

    monkeypatch.setattr(hmac, "compare_digest", compare)
    verify_webhook(SECRET, VECTOR, VECTOR_HASH)
    assert compared == [(bytes, bytes)]


def test_the_documents_payment_names_its_checkout() -> None:
    body = read_text("webhook_payment").encode()
    assert parse_webhook_body(body) == "87508a7a78c3"


@pytest.mark.parametrize(
    ("event", "data", "checkout_id"),
    [
        ("CHECKOUT_COMPLETED", {"checkout": {"id": "a1"}}, "a1"),
        ("CHECKOUT_UNDERPAID", {"checkout": {"id": "a1", "x": 1}}, "a1"),
        ("UNDERPAID_ACCEPTED", {"checkout": {"checkoutId": "a1"}}, "a1"),
        ("REFUND_COMPLETED", {"refund": {"id": "r", "checkoutId": "a1"}}, "a1"),
        ("SOMETHING_NEW", {"checkout": {"id": "a1"}}, "a1"),
        ("DEPOSIT_COMPLETED", {"deposit": {"id": "d"}}, None),
        ("SWAP_FAILED", {}, None),
    ],
)
def test_the_later_shape(
    event: str, data: dict[str, Any], checkout_id: str | None
) -> None:
    body = json.dumps({"eventType": event, "data": data}).encode()
    assert parse_webhook_body(body) == checkout_id


def test_a_retired_shape_is_ignored() -> None:
    assert parse_webhook_body(b'{"type":"CHECKOUT_COMPLETED","data":{}}') is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"{}",
        b"not json",
        b'{"type":5}',
        b'{"type":"PAYMENT"}',
        b'{"type":"PAYMENT","checkoutId":""}',
        b'{"type":"PAYMENT","checkoutId":null}',
        b'{"type":"PAYMENT","checkoutId":"a/../b"}',
        b'{"type":"PAYMENT","checkoutId":["a"]}',
        b'{"type":"PAYMENT","checkoutId":"a","checkoutId":"b"}',
        b'{"type":"PAYMENT","checkoutId":"a"}{"checkoutId":"b"}',
        b'{"type":"PAYMENT","checkoutId":"a"} x',
        b'{"type":"PAYMENT","checkoutId":"a","n":NaN}',
        b'\xef\xbb\xbf{"type":"PAYMENT","checkoutId":"a"}',
        b'{"type":"PAYMENT","checkoutId":"a","n":"\xff"}',
        b'{"eventType":5,"data":{}}',
        b'{"eventType":"X"}',
        b'{"eventType":"X","data":[]}',
        b'{"eventType":"X","data":{"checkout":{}}}',
        b'{"eventType":"X","data":{"checkout":{"id":""}}}',
        b'{"eventType":"X","data":{"refund":{"id":"r"}}}',
        b"[" * 100_000,
    ],
    ids=lambda body: repr(body[:30]),
)
def test_odd_bodies_are_refused(body: bytes) -> None:
    with pytest.raises(WebhookRefused):
        parse_webhook_body(body)


def test_a_length_extended_body_is_refused() -> None:
    """What an attacker can append without the secret begins with the hash's padding."""
    genuine = b'{"type":"PAYMENT","checkoutId":"a"}'
    padding = b"\x80" + b"\x00" * 20 + (len(genuine) * 8).to_bytes(8, "big")
    for extension in (b"", b'{"type":"PAYMENT","checkoutId":"b"}'):
        with pytest.raises(WebhookRefused):
            parse_webhook_body(genuine + padding + extension)


def webhook(body: bytes, auth: str | None = None) -> WebhookRequest:
    genuine = hashlib.sha256(ACCOUNT_SECRET.encode() + body).hexdigest()
    headers = {"x-webhook-auth": genuine if auth is None else auth}
    return WebhookRequest("POST", "token", headers, body)


def test_a_webhook_names_the_checkout_and_nothing_else(
    plugin: CoinqvestPlugin, api: FakeApi
) -> None:
    notice = plugin.parse_webhook(webhook(read_text("webhook_payment").encode()))
    assert notice is not None and notice.references == ("87508a7a78c3",)
    assert notice.is_signed and api.seen == []


def test_a_forged_webhook_is_refused(plugin: CoinqvestPlugin) -> None:
    body = read_text("webhook_payment").encode()
    for auth in ("", "0" * 64, "ü"):
        with pytest.raises(WebhookRefused):
            plugin.parse_webhook(webhook(body, auth))
    with pytest.raises(WebhookRefused):
        plugin.parse_webhook(WebhookRequest("POST", "token", {}, body))


def test_a_retired_webhook_is_of_no_interest(plugin: CoinqvestPlugin) -> None:
    assert plugin.parse_webhook(webhook(b'{"type":"OLD"}')) is None
