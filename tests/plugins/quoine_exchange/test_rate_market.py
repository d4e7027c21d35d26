"""The market: fresh prices become rates, old and mixed ones do not."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta
from fractions import Fraction

from checkout_kit.testing.clock import START
from checkout_kit_quoine_exchange.config import CHANNEL_KINDS
from checkout_kit_quoine_exchange.rates.channels import channels_of
from checkout_kit_quoine_exchange.rates.market import Market
from checkout_kit_quoine_exchange.rates.payloads import Observation

PAIRS = {"BTC/USD": 1}
CHANNELS = {channel.name: channel for channel in channels_of(PAIRS, CHANNEL_KINDS)}
PRODUCT = CHANNELS["product_cash_btcusd_1"]
BUY = CHANNELS["price_ladders_cash_btcusd_buy"]
SELL = CHANNELS["price_ladders_cash_btcusd_sell"]
EXECUTION = CHANNELS["executions_cash_btcusd"]
MINUTE = timedelta(seconds=60)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def make_market() -> Market:
    return Market(PAIRS, MINUTE)


def said(**prices: int) -> list[Observation]:
    values = {name: Fraction(price) for name, price in prices.items()}
    return [Observation("BTC/USD", **values)]


def test_a_rate_lives_from_when_it_was_heard() -> None:
    market = make_market()
    market.take(PRODUCT, said(bid=100, ask=101), at(0))
    (rate,) = market.rates(at(59))
    assert (rate.pair, str(rate.bid), str(rate.ask)) == ("BTC/USD", "100", "101")
    assert (rate.observed_at, rate.expires_at) == (at(0), at(60))
    assert rate.source == "product_cash_btcusd_1"
    assert market.rates(at(60)) == []


def test_a_ladder_needs_both_sides_and_is_as_old_as_the_older_one() -> None:
    market = make_market()
    market.take(BUY, said(bid=100), at(0))
    assert market.rates(at(1)) == []
    market.take(SELL, said(ask=101), at(30))
    (rate,) = market.rates(at(31))
    assert rate.observed_at == at(0)
    assert rate.source == "price_ladders_cash_btcusd"
    # The side that is silent makes the whole rate stale.
    market.take(SELL, said(ask=102), at(59))
    assert market.rates(at(60)) == []


def test_two_channels_are_never_mixed() -> None:
    market = make_market()
    market.take(PRODUCT, said(bid=100, ask=101), at(0))
    market.take(BUY, said(bid=105), at(10))
    (rate,) = market.rates(at(11))
    assert (str(rate.bid), str(rate.ask)) == ("100", "101")
    market.take(SELL, said(ask=106), at(12))
    (newer,) = market.rates(at(13))
    assert (str(newer.bid), str(newer.ask)) == ("105", "106")


def test_a_crossed_book_is_no_rate() -> None:
    market = make_market()
    market.take(BUY, said(bid=110), at(0))
    market.take(SELL, said(ask=105), at(1))
    assert market.rates(at(2)) == []


def test_the_newest_trade_is_told_while_it_is_fresh() -> None:
    market = make_market()
    market.take(EXECUTION, said(last=99), at(0))
    assert market.rates(at(1)) == []
    market.take(PRODUCT, said(bid=100, ask=101), at(30))
    (rate,) = market.rates(at(31))
    assert rate.last == 99
    (later,) = market.rates(at(61))
    assert later.last is None


def test_waiting_ends_with_the_price_or_with_the_time() -> None:
    market = make_market()
    started = time.monotonic()
    assert not market.wait_for_all(at(0), 0.05)
    assert time.monotonic() - started < 2
    timer = threading.Timer(0.05, market.take, (PRODUCT, said(bid=100, ask=101), at(0)))
    timer.start()
    assert market.wait_for_all(at(0), 10)
    timer.join()
