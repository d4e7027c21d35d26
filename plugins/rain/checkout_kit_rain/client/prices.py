"""Prices: what the exchange buys and sells one bitcoin for."""

from __future__ import annotations

from typing import Any

from checkout_kit import Money
from checkout_kit_rain.answers import Price
from checkout_kit_rain.client.transport import Transport, write_amount
from checkout_kit_rain.schemas import PriceSchema


class PriceResource:
    """The exchange's prices."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def get_latest(self, base: str = "BTC", ref: str = "USD") -> Price:
        """Ask for the latest price; needs no session (GET /prices/{product})."""
        where = f"GET /prices/{base}{ref}"
        data = self._transport.call_publicly("GET", f"/prices/{base}{ref}")
        price = self._read(data, where)
        if (price.base_currency, price.ref_currency) != (base, ref):
            raise self._transport.odd(f"{where}: answers about another product", data)
        return price

    def create(
        self, *, buy_price: Money, sell_price: Money, spot_price: Money
    ) -> Price:
        """Set a price; administrators only (POST /prices)."""
        body = {
            "base_currency": "btc",
            "ref_currency": buy_price.currency.code.lower(),
            "buy_price": write_amount(buy_price),
            "sell_price": write_amount(sell_price),
            "spot_price": write_amount(spot_price),
        }
        return self._read(self._transport.call("POST", "/prices", body), "POST /prices")

    def _read(self, data: Any, where: str) -> Price:
        price: Price = self._transport.read(PriceSchema(), data, where)
        return price
