"""Bad input: a typed error in bounded time, nothing credited, whatever comes."""

from __future__ import annotations

import gzip
import json
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from marshmallow import ValidationError
from werkzeug.wrappers import Response

from checkout_kit import ProviderError, ProviderProtocolError, ProviderTimeout
from checkout_kit.testing import LoopbackServer
from checkout_kit_quoine_pay.client import QuoinePayClient
from checkout_kit_quoine_pay.config import QuoinePaySettingsSchema
from tests.fakes.json_api import FakeApi
from tests.plugins.quoine_pay.fake_api import (
    make_clock,
    make_settings,
    running_api,
)
from tests.plugins.quoine_pay.shop_side import (
    invoice_document,
    make_plugin,
    open_invoice,
)

PAID = {
    "system_status": "confirmed",
    "invoice_status": "payment_confirmed",
    "btc_balance": 0.5,
}


def paid(**changes: Any) -> dict[str, Any]:
    return invoice_document(**{**PAID, **changes})


def raw(name: str, literal: str) -> str:
    """A paid invoice with one value written as it is given."""
    text = json.dumps(paid(**{name: "@@"}))
    return text.replace('"@@"', literal)


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in paid().items() if key != name}


BAD_BODIES: dict[str, Any] = {
    "HTML": "<!doctype html><p>One moment",
    "truncated": json.dumps(paid())[:-20],
    "duplicate keys": '{"id": 1, "id": 2}',
    "a list": [paid()],
    "wrapped": {"invoice": paid()},
    "nothing": "",
    "null": "null",
    "deep": "[" * 5000 + "]" * 5000,
    "10 MB": lambda seen: '"' + "x" * 10_000_000 + '"',
    "no balance": without("btc_balance"),
    "no price": without("price"),
    "no status": without("system_status"),
    "a balance of null": raw("btc_balance", "null"),
    "a balance of text": raw("btc_balance", '"all"'),
    "a balance of a truth": raw("btc_balance", "true"),
    "a negative balance": raw("btc_balance", "-0.5"),
    "an exponent": raw("btc_balance", "5e1"),
    "an exponent as text": raw("btc_balance", '"5e-1"'),
    "NaN": raw("btc_balance", "NaN"),
    "Infinity": raw("btc_balance", "Infinity"),
    "an endless number": raw("btc_balance", "0." + "1" * 500),
    "half a satoshi": raw("btc_balance", "0.500000005"),
    "confirmed without a balance": raw("btc_balance", "0"),
    "another currency": paid(currency="JPY"),
    "another price": paid(price="5.0"),
    "another bitcoin price": paid(btc_price=0.05),
    "another invoice": paid(id=2),
    "another checkout": paid(data="invoice:2"),
    "another address": paid(bitcoin_address="19wMMfLQ4Hu2XehHAbR3xY9UMEaaRLUMf4"),
    "an unknown system status": paid(system_status="melted"),
    "an unknown invoice status": paid(invoice_status="PAID"),
    "a time that does not exist": paid(paid_at="2014-13-08T19:50:12.855+09:00"),
    "a time without offset": paid(paid_at="2014-08-08T19:50:12"),
}


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with running_api() as api:
        yield api


@pytest.mark.parametrize("name", BAD_BODIES)
def test_a_bad_answer_credits_nothing(api: FakeApi, name: str) -> None:
    clock = make_clock()
    plugin = make_plugin(make_settings(api.url), clock)
    invoice = open_invoice(api, plugin, clock)
    api.put("GET /invoices/1", BAD_BODIES[name])
    started = time.monotonic()
    with pytest.raises(ProviderProtocolError) as caught:
        plugin.detect_payments([invoice])
    assert time.monotonic() - started < 5
    assert len(caught.value.evidence) <= 2000
    # And the invoice is watched on: the next answer is taken as if nothing had been.
    api.put("GET /invoices/1", paid())
    assert plugin.detect_payments([invoice]).snapshots[invoice.id].payments
    plugin.close()


def test_an_honest_answer_is_credited(api: FakeApi) -> None:
    clock = make_clock()
    plugin = make_plugin(make_settings(api.url), clock)
    invoice = open_invoice(api, plugin, clock)
    api.put("GET /invoices/1", paid())
    snapshot = plugin.detect_payments([invoice]).snapshots[invoice.id]
    assert [p.amount.to_text() for p in snapshot.payments] == ["0.5"]
    plugin.close()


@pytest.mark.parametrize(
    "body",
    [
        {"invoices": {}, "meta": {"total_pages": 1, "total_count": 0}},
        {"invoices": []},
        {"invoices": [], "meta": {"total_pages": -1, "total_count": 0}},
        {"invoices": [], "meta": {"total_pages": 1, "total_count": "8"}},
        [],
    ],
)
def test_a_bad_list_is_a_typed_error(api: FakeApi, body: Any) -> None:
    client = QuoinePayClient(make_settings(api.url), make_clock())
    api.put("GET /invoices", body)
    with pytest.raises(ProviderProtocolError):
        client.list_invoices()
    client.close()


@pytest.mark.parametrize(
    "answer",
    [
        Response(
            gzip.compress(b"[" + b" " * 40_000_000 + b"]"),
            headers={"Content-Encoding": "gzip"},
        ),
        Response(b"not gzip", headers={"Content-Encoding": "gzip"}),
        Response("", status=302, headers={"Location": "http://127.0.0.1:1/"}),
    ],
    ids=["gzip bomb", "no gzip", "redirect"],
)
def test_odd_http_is_a_typed_error(answer: Response) -> None:
    with LoopbackServer(answer) as server:
        client = QuoinePayClient(make_settings(server.url), make_clock())
        with pytest.raises(ProviderProtocolError):
            client.get_profile()
        client.close()


def test_silence_ends_in_bounded_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings = make_settings(
            f"http://127.0.0.1:{silent.getsockname()[1]}",
            read_timeout=0.5,
            total_timeout=0.5,
        )
        client = QuoinePayClient(settings, make_clock())
        started = time.monotonic()
        with pytest.raises(ProviderTimeout):
            client.get_profile()
        assert time.monotonic() - started < 3
        client.close()


def test_a_failing_tls_handshake_is_a_typed_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(1024)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        url = f"https://127.0.0.1:{server.getsockname()[1]}"
        client = QuoinePayClient(make_settings(url), make_clock())
        with pytest.raises(ProviderError, match="TLS"):
            client.get_profile()
        thread.join(5)
        client.close()


GOOD = {"user_id": "1", "user_secret": "s"}


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({"user_id": "1"}, "user_secret"),
        ({"user_secret": "s"}, "user_id"),
        (GOOD | {"user_id": "1:2"}, "user_id"),
        (GOOD | {"user_secret": "hush hush"}, "user_secret"),
        (GOOD | {"user_secret": None}, "user_secret"),
        (GOOD | {"base_url": "pay.quoine.com"}, "base_url"),
        (GOOD | {"base_url": "http://pay.quoine.com/api/v1"}, "base_url"),
        (GOOD | {"base_url": "https://u:p@pay.quoine.com"}, "base_url"),
        (GOOD | {"signed_prefix": "api"}, "signed_prefix"),
        (GOOD | {"signed_prefix": "/api/"}, "signed_prefix"),
        (GOOD | {"content_md5": "yes"}, "content_md5"),
        (GOOD | {"rate_minutes": 0}, "rate_minutes"),
        (GOOD | {"part_payment_minutes": -1}, "part_payment_minutes"),
        (GOOD | {"repeat_after_seconds": 1.5}, "repeat_after_seconds"),
        (GOOD | {"read_timeout": 0}, "read_timeout"),
        (GOOD | {"control_url": "http://127.0.0.1:5001/control"}, "control_url"),
        (GOOD | {"api_key": "x"}, "api_key"),
    ],
)
def test_wrong_settings_are_named_and_never_shown(
    settings: dict[str, Any], key: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        QuoinePaySettingsSchema().load(settings)
    messages = caught.value.messages
    assert isinstance(messages, dict)
    assert set(messages) == {key}
    assert "hush" not in str(messages)
    assert "u:p" not in str(messages)


def test_right_settings_are_loaded() -> None:
    settings = QuoinePaySettingsSchema().load(
        GOOD
        | {"signed_prefix": "", "test_mode": True, "base_url": "http://127.0.0.1:1"}
    )
    assert settings.signed_prefix == ""
    assert settings.base_url == "http://127.0.0.1:1"
