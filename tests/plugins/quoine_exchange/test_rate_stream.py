"""Rates over a real Pusher connection: on demand, anew after a loss, closed cleanly."""

from __future__ import annotations

import gc
import json
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import pytest
import websocket

from checkout_kit import ProviderUnavailable
from checkout_kit.testing import LoopbackServer
from checkout_kit_quoine_exchange.rates import RateFetcher
from checkout_kit_quoine_exchange.simulator import (
    SIMULATOR_PUSHER_KEY,
    create_simulator,
)
from tests.plugins.quoine_exchange.exchange_side import Exchange

# Each test serves an exchange of its own: left out of a plain `pytest`.
pytestmark = pytest.mark.slow

NAMES = ("PysherEventLoop", "PysherScheduler")


@pytest.fixture
def make(exchange: Exchange) -> Iterator[Callable[..., Any]]:
    """Makes plugins; afterwards nothing of their connections is left."""
    plugins = []

    def make(**changes: Any) -> Any:
        settings = {"rate_wait_seconds": 5.0, **exchange.pusher(**changes)}
        plugins.append(exchange.plugin(**settings))
        return plugins[-1]

    yield make
    started = time.monotonic()
    for plugin in plugins:
        plugin.close()
    assert time.monotonic() - started < 2
    assert not [t for t in threading.enumerate() if t.name in NAMES]
    # An unclosed socket would be told now, and warnings are errors.
    plugins.clear()
    gc.collect()


def change(exchange: Exchange, code: str, bid: str, ask: str) -> None:
    parts = exchange.parts
    product = parts.prices.change(code, _price(bid), _price(ask))
    for message in parts.prices.messages_about(product):
        parts.hub.publish(*message)


def _price(text: str) -> Any:
    from decimal import Decimal

    return Decimal(text)


def until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.02)


@pytest.mark.parametrize(
    "kinds",
    [
        ["market_data"],
        ["product"],
        ["price_ladders"],
        ["market_data", "product", "price_ladders", "executions"],
    ],
)
def test_each_channel_tells_the_rates(
    exchange: Exchange, make: Callable[..., Any], kinds: list[str]
) -> None:
    rates = {rate.pair: rate for rate in make(rate_channels=kinds).fetch_rates()}
    assert rates["BTC/USD"].bid == Fraction("50000.5")
    assert rates["BTC/USD"].ask == Fraction("50010.25")
    assert rates["BTC/JPY"].bid == 5_000_000
    assert rates["BTC/USD"].observed_at == exchange.clock.now()


def test_a_change_is_heard_over_the_same_connection(
    exchange: Exchange, make: Callable[..., Any]
) -> None:
    plugin = make(pairs={"BTC/USD": 1})
    plugin.fetch_rates()
    change(exchange, "btcusd", "51000.125", "51001")
    until(lambda: bool(plugin.fetch_rates()[0].bid == Fraction("51000.125")))
    assert len(exchange.parts.hub.channels()) == 1


def test_nothing_is_connected_before_somebody_asks(
    exchange: Exchange, make: Callable[..., Any]
) -> None:
    make()
    time.sleep(0.1)
    assert exchange.parts.hub.channels() == []


def test_stale_rates_are_never_handed_out(
    exchange: Exchange, make: Callable[..., Any]
) -> None:
    # One message tells a pair, so that none is under way once both are known.
    plugin = make(rate_wait_seconds=0.5, rate_channels=["product"])
    until(lambda: len(_fetched(plugin)) == 2)
    exchange.clock.advance(59)
    assert len(plugin.fetch_rates()) == 2
    change(exchange, "btcusd", "51000", "51001")
    until(lambda: any(r.bid == 51000 for r in _fetched(plugin)))
    exchange.clock.advance(1)
    # The pair that is fresh is told; the other one is left out.
    assert [rate.pair for rate in plugin.fetch_rates()] == ["BTC/USD"]
    exchange.parts.hub.is_paused = True
    exchange.clock.advance(59)
    with pytest.raises(ProviderUnavailable, match="last 60 s"):
        plugin.fetch_rates()
    # What told nothing was given up: a new connection hears the present prices.
    until(lambda: not exchange.parts.hub.channels())
    exchange.parts.hub.is_paused = False
    until(lambda: len(_fetched(plugin)) == 2)


def _fetched(plugin: Any) -> Any:
    try:
        return plugin.fetch_rates()
    except ProviderUnavailable:
        return []


@pytest.mark.parametrize("code", [None, 4001, 4100, 4200])
def test_a_lost_connection_is_made_anew_when_rates_are_asked_for(
    exchange: Exchange, make: Callable[..., Any], code: int | None
) -> None:
    plugin = make()
    plugin.fetch_rates()
    exchange.parts.hub.disconnect_all(code)
    until(lambda: not exchange.parts.hub.channels())
    # Nobody asks: nobody knocks.
    time.sleep(0.3)
    assert exchange.parts.hub.channels() == []
    change(exchange, "btcusd", "51000", "51001")
    until(lambda: any(r.bid == 51000 for r in _fetched(plugin)))


def test_without_pusher_the_error_says_so(
    exchange: Exchange, make: Callable[..., Any]
) -> None:
    plugin = make(pusher_port=1, rate_wait_seconds=0.3)
    started = time.monotonic()
    with pytest.raises(ProviderUnavailable, match="no connection to Pusher"):
        plugin.fetch_rates()
    assert time.monotonic() - started < 3


def test_a_wrong_key_is_told_and_not_shown(
    exchange: Exchange, make: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    plugin = make(pusher_key="hush", rate_wait_seconds=0.5)
    with pytest.raises(ProviderUnavailable) as caught:
        plugin.fetch_rates()
    ours = [r for r in caplog.records if r.name != "werkzeug"]
    assert "hush" not in str(caught.value) + " ".join(r.getMessage() for r in ours)


@pytest.mark.parametrize("text", ["<html>", "{}", "[]", '"' + "x" * 300_000 + '"'])
def test_messages_that_nobody_understands_are_left_out(
    exchange: Exchange,
    make: Callable[..., Any],
    caplog: pytest.LogCaptureFixture,
    text: str,
) -> None:
    plugin = make(pairs={"BTC/USD": 1})
    plugin.fetch_rates()
    for _ in range(3):
        exchange.parts.hub.publish("product_cash_btcusd_1", "updated", text)
    change(exchange, "btcusd", "51000", "51001")
    until(lambda: bool(plugin.fetch_rates()[0].bid == 51000))
    told = [r for r in caplog.records if "could not be read" in r.getMessage()]
    # Once, however often it comes.
    assert len(told) == 1


def test_a_connection_that_nobody_uses_is_closed(
    exchange: Exchange, make: Callable[..., Any]
) -> None:
    plugin = make(idle_seconds=10)
    plugin.fetch_rates()
    exchange.clock.advance(11)
    change(exchange, "btcusd", "51000", "51001")
    until(lambda: not exchange.parts.hub.channels())
    until(lambda: not [t for t in threading.enumerate() if t.name == NAMES[0]])
    assert plugin.fetch_rates()


def test_many_threads_share_one_connection(
    exchange: Exchange, make: Callable[..., Any]
) -> None:
    plugin, found = make(), []
    threads = [
        threading.Thread(target=lambda: found.append(len(plugin.fetch_rates())))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [2] * 8
    assert len(exchange.parts.hub.channels()) == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_each_process_has_a_connection_of_its_own(
    exchange: Exchange, make: Callable[..., Any]
) -> None:
    plugin = make()
    plugin.fetch_rates()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        # Of the child only what it wrote counts: no clean-up of pytest's.
        try:
            os.write(writing, str(len(plugin.fetch_rates())).encode())
            plugin.close()
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        assert pipe.read() == "2"
    os.waitpid(child, 0)
    # The parent's connection has not noticed.
    change(exchange, "btcusd", "51000", "51001")
    until(lambda: any(r.bid == 51000 for r in plugin.fetch_rates()))


def test_a_connection_on_its_way_is_closed_too(
    exchange: Exchange, make: Callable[..., Any]
) -> None:
    plugin = make(rate_wait_seconds=0)
    for _ in range(5):
        _fetched(plugin)
        plugin.close()
    until(lambda: not exchange.parts.hub.channels())


def test_without_pairs_there_is_no_market(exchange: Exchange) -> None:
    plugin = exchange.plugin()
    assert plugin.fetch_rates() is None
    plugin.close()


def test_closing_twice_is_harmless(exchange: Exchange) -> None:
    plugin = exchange.plugin(**exchange.pusher())
    plugin.fetch_rates()
    plugin.close()
    plugin.close()
    assert isinstance(plugin._rates, RateFetcher)


def test_a_simulated_market_repeats_its_prices() -> None:
    """Whoever listens for long hears them again, without a new connection."""
    app = create_simulator(tick_seconds=0.1)
    heard: list[str] = []
    with LoopbackServer(app) as server:
        url = f"{server.url}/app/{SIMULATOR_PUSHER_KEY}?protocol=7"
        client = websocket.create_connection(url.replace("http", "ws", 1), timeout=10)
        subscription = {"channel": "product_cash_btcusd_1"}
        message = {"event": "pusher:subscribe", "data": subscription}
        client.send(json.dumps(message))
        while heard.count("updated") < 3:
            heard.append(json.loads(client.recv())["event"])
        client.close()
    assert heard[-3:] == ["updated"] * 3
