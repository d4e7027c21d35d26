"""All simulators take their prices from one table, so that a demo looks sane."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

import pytest

from checkout_kit.simulation import DOLLARS, price_of
from checkout_kit_coinqvest.simulator import markets
from checkout_kit_cryptocoin_pro import CryptocoinProPlugin
from checkout_kit_cryptocoin_pro.simulator import simulator_of as cryptocoin_pro_of
from checkout_kit_quoine_exchange import QuoineExchangePlugin
from checkout_kit_quoine_exchange.simulator import simulator_of as quoine_exchange_of
from checkout_kit_quoine_pay import QuoinePayPlugin
from checkout_kit_quoine_pay.simulator import simulator_of as quoine_pay_of
from checkout_kit_rain import RainPlugin
from checkout_kit_rain.simulator import simulator_of as rain_of


def _coinqvest() -> Mapping[str, Decimal]:
    total = Decimal(1_000_000)
    return {
        code: total / markets.quote(chain, total, "USD")
        for code, chain in markets.CHAINS.items()
    }


def _cryptocoin_pro() -> Mapping[str, Decimal]:
    parts = cryptocoin_pro_of(CryptocoinProPlugin.create_simulator())
    parts.start_over()
    found = {"BTC": "XBT", "ETH": "ETH", "LTC": "LTC"}
    prices = {c: parts.books.market.price(s, "USD") for c, s in found.items()}
    euro = parts.books.market.price("XBT", "EUR")
    assert euro is not None
    prices["BTC by euro"] = euro * DOLLARS["EUR"]
    return {code: price for code, price in prices.items() if price is not None}


def _quoine_exchange() -> Mapping[str, Decimal]:
    app = QuoineExchangePlugin.create_simulator()
    products = quoine_exchange_of(app).prices.products()
    assert all(product.bid < product.ask for product in products)
    return {f"BTC by {p.code}": p.bid * DOLLARS[p.code[3:].upper()] for p in products}


def _quoine_pay() -> Mapping[str, Decimal]:
    parts = quoine_pay_of(QuoinePayPlugin.create_simulator())
    made = parts.ledger.create_invoice(Decimal(1_000_000), None, None)
    return {"BTC": Decimal(1_000_000) / made.btc_price}


def _rain() -> Mapping[str, Decimal]:
    price = rain_of(RainPlugin.create_simulator()).books.prices[-1]
    return {"BTC bought": price.buy, "BTC sold": price.sell}


@pytest.mark.parametrize(
    "prices_of", [_coinqvest, _cryptocoin_pro, _quoine_exchange, _quoine_pay, _rain]
)
def test_no_simulator_is_far_from_the_table(
    prices_of: Callable[[], Mapping[str, Decimal]],
) -> None:
    prices = prices_of()
    assert prices
    for code, price in prices.items():
        table = DOLLARS[code.partition(" ")[0]]
        assert abs(price / table - 1) < Decimal("0.025"), code


def test_a_price_is_rounded_to_its_places_and_has_its_spread() -> None:
    assert price_of("BTC") == DOLLARS["BTC"]
    assert price_of("ETH", "EUR") == Decimal("206.55")
    assert price_of("BTC", per_mille=1) == Decimal("9016.40")
    assert price_of("XLM", places=5) == Decimal("0.06035")
    with pytest.raises(KeyError):
        price_of("IPSX")
