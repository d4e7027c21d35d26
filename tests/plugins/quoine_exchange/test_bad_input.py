"""Bad input: a typed error in bounded time, no money moved twice, whatever comes."""

from __future__ import annotations

import gzip
import json
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.wrappers import Response

from checkout_kit import (
    Money,
    ProviderContext,
    ProviderError,
    ProviderProtocolError,
    ProviderTimeout,
)
from checkout_kit.testing import FakeClock, LoopbackServer, MemoryOperation
from checkout_kit_quoine_exchange import QuoineExchangePlugin
from checkout_kit_quoine_exchange.client import QuoineExchangeClient
from tests.fakes.json_api import FakeApi
from tests.plugins.quoine_exchange.exchange_side import make_checkout
from tests.plugins.quoine_exchange.fake_api import make_settings, running_api

ACCOUNTS, FUND = "GET /users/1200/accounts", "PUT /accounts/2300/fund"
FIFTY = Money("50.00", "USD")


def account(balance: Any = "200", **changes: Any) -> list[dict[str, Any]]:
    return [{"id": 2300, "currency": "USD", "balance": balance, **changes}]


def funded(**changes: Any) -> dict[str, Any]:
    answer = {"id": 2300, "currency": "USD", "balance": "250.0"}
    return {**answer, "request_id": "settle-i1-1", **changes}


def raw(literal: str) -> str:
    """An answer to a funding, with its balance written as it is given."""
    return json.dumps(funded(balance="@@")).replace('"@@"', literal)


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in funded().items() if key != name}


BAD_ANSWERS: dict[str, Any] = {
    "HTML": "<!doctype html><p>One moment",
    "truncated": json.dumps(funded())[:-20],
    "duplicate keys": '{"id": 2300, "id": 9478}',
    "a list": [funded()],
    "wrapped": {"account": funded()},
    "nothing": "",
    "null": "null",
    "deep": "[" * 5000 + "]" * 5000,
    "10 MB": lambda seen: '"' + "x" * 10_000_000 + '"',
    "no id": without("id"),
    "no currency": without("currency"),
    "no balance": without("balance"),
    "a balance of null": raw("null"),
    "a balance of text": raw('"all"'),
    "a balance of a truth": raw("true"),
    "a negative balance": raw("-250"),
    "an exponent": raw("25e1"),
    "an exponent as text": raw('"25e1"'),
    "NaN": raw("NaN"),
    "Infinity": raw("Infinity"),
    "an endless number": raw("250." + "0" * 500),
    "another account": funded(id=9478),
    "another currency": funded(currency="JPY"),
    "another request": funded(request_id="settle-i2-1"),
    "no request and another balance": without("request_id") | {"balance": "999"},
}


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with running_api() as api:
        yield api


def make_plugin(api: FakeApi, clock: FakeClock) -> QuoineExchangePlugin:
    context = ProviderContext("quoine_exchange", "https://shop.example.com/x", clock)
    return QuoineExchangePlugin(make_settings(api.url), context)


@pytest.mark.parametrize("name", BAD_ANSWERS)
def test_a_bad_answer_settles_nothing_and_sends_nothing_twice(
    api: FakeApi, name: str
) -> None:
    clock, operation = FakeClock(), MemoryOperation("settle:i1:1")
    plugin, checkout = make_plugin(api, clock), make_checkout(clock)
    api.put(ACCOUNTS, account())
    api.put(FUND, BAD_ANSWERS[name])
    started = time.monotonic()
    with pytest.raises(ProviderProtocolError) as caught:
        plugin.settle_invoice(checkout, FIFTY, operation)
    assert time.monotonic() - started < 5
    assert len(caught.value.evidence) <= 2000
    # It may have acted: the balance is asked before anything is sent again.
    api.put(ACCOUNTS, account("250.00"))
    clock.advance(60)
    done = plugin.settle_invoice(checkout, FIFTY, operation)
    assert done.details["proof"] == "balance"
    assert len(api.calls(FUND)) == 1
    plugin.close()


BAD_ACCOUNTS: dict[str, Any] = {
    "an object": account()[0],
    "under models": {"models": account()},
    "HTML": "<!doctype html>",
    "truncated": json.dumps(account())[:-5],
    "an account twice": account() * 2,
    "an item that is none": ["..."],
    "a negative balance": account("-1"),
    "an exponent": account("2e2"),
    "a balance of null": account(None),
    "an id of text": account(id="2300"),
    "a currency of nothing": account(currency=""),
    "10 MB": lambda seen: '"' + "x" * 10_000_000 + '"',
}


@pytest.mark.parametrize("name", BAD_ACCOUNTS)
def test_accounts_that_can_not_be_read_stop_everything(api: FakeApi, name: str) -> None:
    clock, operation = FakeClock(), MemoryOperation("settle:i1:1")
    plugin, checkout = make_plugin(api, clock), make_checkout(clock)
    api.put(FUND, funded())
    api.put(ACCOUNTS, BAD_ACCOUNTS[name])
    with pytest.raises(ProviderProtocolError):
        plugin.list_wallets()
    with pytest.raises(ProviderProtocolError):
        plugin.settle_invoice(checkout, FIFTY, operation)
    assert api.calls(FUND) == []
    assert operation.reservations == {}
    api.put(ACCOUNTS, account())
    assert plugin.settle_invoice(checkout, FIFTY, operation).amount == FIFTY
    plugin.close()


def test_an_honest_answer_is_taken(api: FakeApi) -> None:
    clock, operation = FakeClock(), MemoryOperation("settle:i1:1")
    plugin = make_plugin(api, clock)
    api.put(ACCOUNTS, account())
    api.put(FUND, funded())
    done = plugin.settle_invoice(make_checkout(clock), FIFTY, operation)
    assert done.details["proof"] == "answer"
    plugin.close()


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
        client = QuoineExchangeClient(make_settings(server.url), FakeClock())
        with pytest.raises(ProviderProtocolError):
            client.list_accounts(1200)
        client.close()


def test_silence_ends_in_bounded_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings = make_settings(
            f"http://127.0.0.1:{silent.getsockname()[1]}",
            read_timeout=0.5,
            total_timeout=0.5,
        )
        client = QuoineExchangeClient(settings, FakeClock())
        started = time.monotonic()
        with pytest.raises(ProviderTimeout):
            client.list_accounts(1200)
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
        client = QuoineExchangeClient(make_settings(url), FakeClock())
        with pytest.raises(ProviderError, match="TLS"):
            client.list_accounts(1200)
        thread.join(5)
        client.close()
