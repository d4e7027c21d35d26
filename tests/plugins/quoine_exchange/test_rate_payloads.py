"""Payloads: the assumed forms are read exactly; everything else is left out."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest

from checkout_kit_quoine_exchange.config import CHANNEL_KINDS
from checkout_kit_quoine_exchange.rates.channels import Channel, channels_of
from checkout_kit_quoine_exchange.rates.payloads import (
    Observation,
    PayloadError,
    read_payload,
)

PAIRS = {"BTC/USD": 1, "BTC/JPY": 5}
CHANNELS = {channel.name: channel for channel in channels_of(PAIRS, CHANNEL_KINDS)}
MARKET = CHANNELS["market_data_bid_ask"]
PRODUCT = CHANNELS["product_cash_btcusd_1"]
BUY = CHANNELS["price_ladders_cash_btcusd_buy"]
SELL = CHANNELS["price_ladders_cash_btcusd_sell"]
EXECUTION = CHANNELS["executions_cash_btcusd"]


def read(channel: Channel, data: Any) -> list[Observation]:
    text = data if isinstance(data, str) else json.dumps(data)
    return read_payload(channel, text, PAIRS)


def product(**changes: Any) -> dict[str, Any]:
    return {
        "currency_pair_code": "BTCUSD",
        "market_bid": "50000.5",
        "market_ask": 50010.25,
        **changes,
    }


def test_a_product_tells_bid_and_ask() -> None:
    (heard,) = read(PRODUCT, product(last_traded_price="50001"))
    assert heard == Observation(
        "BTC/USD", Fraction("50000.5"), Fraction("50010.25"), Fraction(50001)
    )


def test_numbers_are_never_floats() -> None:
    (heard,) = read(PRODUCT, '{"market_bid": 0.1, "market_ask": 1000000.1000000001}')
    assert (heard.bid, heard.ask) == (Fraction(1, 10), Fraction("1000000.1000000001"))


@pytest.mark.parametrize("wrap", [lambda p: p, lambda p: [p]])
def test_market_data_tells_the_pairs_that_are_followed(wrap: Any) -> None:
    assert [each.pair for each in read(MARKET, wrap(product()))] == ["BTC/USD"]
    assert read(MARKET, wrap(product(currency_pair_code="ETHUSD"))) == []


def test_market_data_tells_many() -> None:
    both = [product(), product(currency_pair_code="btcjpy")]
    assert [each.pair for each in read(MARKET, both)] == ["BTC/USD", "BTC/JPY"]


def test_a_ladder_tells_its_best_price_in_whatever_order() -> None:
    steps = [["50000", "1"], ["50002", "0"], ["50001", "0.5"]]
    for ladder in (steps, steps[::-1]):
        # What is offered in no quantity is not offered.
        assert read(BUY, ladder) == [Observation("BTC/USD", bid=Fraction(50001))]
        assert read(SELL, ladder) == [Observation("BTC/USD", ask=Fraction(50000))]


def test_an_execution_tells_a_price_and_no_bid() -> None:
    (heard,) = read(EXECUTION, {"price": "50000", "quantity": "1"})
    assert heard == Observation("BTC/USD", last=Fraction(50000))


@pytest.mark.parametrize(
    ("channel", "data"),
    [
        (PRODUCT, "<html>"),
        (PRODUCT, ""),
        (PRODUCT, '{"market_bid": 1, "market_bid": 2, "market_ask": 3}'),
        (PRODUCT, "[" * 5000),
        (PRODUCT, '"' + "x" * 300_000 + '"'),
        (PRODUCT, []),
        (PRODUCT, product(currency_pair_code="BTCJPY")),
        (PRODUCT, product(market_bid=None)),
        (PRODUCT, product(market_bid="")),
        (PRODUCT, product(market_bid="0")),
        (PRODUCT, product(market_bid="-1")),
        (PRODUCT, product(market_bid="5e4")),
        (PRODUCT, product(market_bid=True)),
        (PRODUCT, product(market_bid="NaN")),
        (PRODUCT, '{"market_bid": NaN, "market_ask": 1}'),
        (PRODUCT, '{"market_bid": 1e400, "market_ask": 1}'),
        (PRODUCT, product(market_bid=10**40)),
        (PRODUCT, product(last_traded_price="x")),
        (MARKET, {"BTCUSD": {"bid": 1, "ask": 2}}),
        (MARKET, 7),
        (BUY, []),
        (BUY, {}),
        (BUY, [["50000"]]),
        (BUY, [["50000", "x"]]),
        (BUY, [["x", "1"]]),
        (BUY, [["50000", "0"]]),
        (BUY, ["50000"]),
        (EXECUTION, {}),
        (EXECUTION, ["50000"]),
    ],
)
def test_what_is_not_understood_is_left_out(channel: Channel, data: Any) -> None:
    with pytest.raises(PayloadError) as caught:
        read(channel, data)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("data", [None, 7, b"{}", {"market_bid": 1.5}])
def test_data_that_is_no_text_is_left_out(data: Any) -> None:
    with pytest.raises(PayloadError):
        read_payload(PRODUCT, data, PAIRS)
