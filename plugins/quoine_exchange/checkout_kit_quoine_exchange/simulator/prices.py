"""The prices: what each product costs now, as the channels tell it.

The document names the channels and describes no payload: these forms are what the
exchange's public channels were known for.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from werkzeug.exceptions import NotFound

_STEPS = 3


@dataclass(frozen=True, slots=True)
class Product:
    """One product; its code is as channels have it, such as btcusd."""

    id: int
    code: str
    bid: Decimal
    ask: Decimal
    last: Decimal

    def to_json(self) -> dict[str, Any]:
        """Return it as the channel of one product tells it."""
        return {
            "id": str(self.id),
            "product_type": "CurrencyPair",
            "code": "CASH",
            "currency": self.code[-3:].upper(),
            "currency_pair_code": self.code.upper(),
            "market_ask": f"{self.ask:f}",
            "market_bid": f"{self.bid:f}",
            "last_traded_price": f"{self.last:f}",
        }

    def ladder(self, side: str) -> list[list[str]]:
        """Return the order book's side: prices from the best on, with quantities."""
        price, step = (self.bid, -1) if side == "buy" else (self.ask, 1)
        return [
            [f"{price + step * n:f}", f"{Decimal(n + 1) / 2:f}"] for n in range(_STEPS)
        ]


class Prices:
    """All products, and the messages about them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._products = {
            code: Product(number, code, Decimal(bid), Decimal(ask), Decimal(bid))
            for number, code, bid, ask in (
                (1, "btcusd", "50000.5", "50010.25"),
                (3, "btceur", "46000", "46012"),
                (5, "btcjpy", "5000000", "5000900"),
            )
        }

    def products(self) -> list[Product]:
        """Return all products."""
        with self._lock:
            return list(self._products.values())

    def change(
        self,
        code: str,
        bid: Decimal | None = None,
        ask: Decimal | None = None,
        last: Decimal | None = None,
    ) -> Product:
        """Set prices of a product; None leaves one as it is."""
        with self._lock:
            if code not in self._products:
                raise NotFound(f"no product {code!r}")
            old = self._products[code]
            changed = replace(
                old, bid=bid or old.bid, ask=ask or old.ask, last=last or old.last
            )
            self._products[code] = changed
            return changed

    def messages_about(self, product: Product) -> Iterator[tuple[str, str, Any]]:
        """Tell a product on every channel: channel, event, data."""
        yield "market_data_bid_ask", "updated", product.to_json()
        yield f"product_cash_{product.code}_{product.id}", "updated", product.to_json()
        for side in ("buy", "sell"):
            name = f"price_ladders_cash_{product.code}_{side}"
            yield name, "updated", product.ladder(side)
        execution = {"id": product.id, "price": f"{product.last:f}", "quantity": "0.1"}
        yield f"executions_cash_{product.code}", "created", execution

    def messages_on(self, channel: str) -> list[tuple[str, object]]:
        """Tell what a channel would say now: event and data."""
        return [
            (event, data)
            for product in self.products()
            for name, event, data in self.messages_about(product)
            if name == channel
        ]
