"""Bad input: a typed error in bounded time, nothing credited, whatever comes."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.wrappers import Response

from checkout_kit.domain.provider import ProviderContext
from checkout_kit.errors import (
    ProviderError,
    ProviderProtocolError,
    ProviderTimeout,
)
from checkout_kit.testing import LoopbackServer, MemoryOperation
from checkout_kit_rain import RainPlugin
from tests.plugins.rain.fake_api import (
    FakeApi,
    Ticker,
    account,
    make_plugin,
    make_settings,
    quote_of,
    read_case,
    running_api,
    to_invoice,
)

BAD_BODIES: dict[str, Any] = {
    "HTML": "<!doctype html><p>One moment",
    "truncated": '[{"id": "7e7bd0d4',
    "trailing comma": '[{"id": "x",}]',
    "duplicate keys": '{"id": "a", "id": "b"}',
    "an object for a list": {},
    "nothing": "",
    "null": "null",
    "a wrong type": [account() | {"balance": 7}],
    "another currency": [account() | {"balance": {"amount": "1", "currency": "zzz"}}],
    "an exponent": [account("1e3")],
    "an exponent number": '[{"balance": {"amount": 1e3, "currency": "btc"}}]',
    "a negative amount": [account("-0.5")],
    "a negative deposit": [account("0", "-0.5")],
    "NaN": '[{"balance": {"amount": NaN, "currency": "btc"}}]',
    "another account": [account(id="11111111-2222-3333-4444-555555555555")],
    "a deleted account": [account(deleted="2017-06-16T00:11:39.234557+01:00")],
    "no balance": [{k: v for k, v in account().items() if k != "balance"}],
    "no unconfirmed balance": [
        {k: v for k, v in account().items() if k != "unconfirmed_balance"}
    ],
    "a very deep text": "[" * 5000 + "]" * 5000,
    "20 MB": lambda seen: '"' + "x" * 20_000_000 + '"',
}


@pytest.fixture
def api() -> Iterator[FakeApi]:
    with running_api() as fake:
        fake.put("GET /prices/BTCUSD", read_case("get_prices_one"))
        fake.put("POST /accounts", account())
        yield fake


@pytest.mark.parametrize("name", BAD_BODIES)
def test_a_bad_answer_credits_nothing(api: FakeApi, name: str) -> None:
    clock = Ticker()
    plugin = make_plugin(api, clock, total_timeout=3.0, read_timeout=3.0)
    quote = quote_of(plugin)
    invoice = to_invoice(clock, quote, plugin.create_invoice(quote, MemoryOperation()))
    api.put("GET /accounts", BAD_BODIES[name])
    started = time.monotonic()
    with pytest.raises(ProviderProtocolError):
        plugin.detect_payments([invoice])
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    "body",
    [
        "<p>",
        "{}",
        "[]",
        read_case("get_prices_one") | {"buy_price": None},
        read_case("get_prices_one")
        | {"buy_price": {"amount": "-1", "currency": "usd"}},
        read_case("get_prices_one") | {"ref_currency": "eur"},
        read_case("get_prices_one") | {"base_currency": "ltc"},
    ],
)
def test_a_bad_price_quotes_nothing(api: FakeApi, body: Any) -> None:
    api.put("GET /prices/BTCUSD", body)
    with pytest.raises(ProviderProtocolError):
        quote_of(make_plugin(api, Ticker()))


def serve(answer: Response) -> LoopbackServer:
    return LoopbackServer(answer)


@pytest.mark.parametrize(
    "answer",
    [
        Response(
            gzip.compress(b"[" + b" " * 40_000_000 + b"]"),
            headers={"Content-Encoding": "gzip"},
            content_type="application/json",
        ),
        Response(b"not gzip", headers={"Content-Encoding": "gzip"}),
        Response("", status=302, headers={"Location": "http://127.0.0.1:1/"}),
    ],
    ids=["gzip bomb", "no gzip", "redirect"],
)
def test_odd_http_is_a_typed_error(answer: Response) -> None:
    with serve(answer) as server, pytest.raises(ProviderProtocolError):
        quote_of(_plugin(server.url))


@pytest.mark.slow
def test_silence_ends_in_time() -> None:
    def silent(environ: Any, start_response: Any) -> Any:
        time.sleep(3)
        return Response("")(environ, start_response)

    started = time.monotonic()
    with LoopbackServer(silent) as server, pytest.raises(ProviderTimeout):
        quote_of(_plugin(server.url))
    assert time.monotonic() - started < 3


def test_tls_that_fails_is_a_typed_error() -> None:
    with serve(Response("")) as server, pytest.raises(ProviderError):
        quote_of(_plugin(server.url.replace("http:", "https:")))


def _plugin(url: str) -> RainPlugin:
    context = ProviderContext("rain", "https://shop.example.com/hooks/rain", Ticker())
    return RainPlugin(make_settings(f"{url}/api/1"), context)
