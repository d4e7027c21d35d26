"""Orders: entries of the exchange's order book."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from checkout_kit import Money
from checkout_kit_rain.answers import BrokenItem, Order
from checkout_kit_rain.client.transport import Transport, check_id, write_amount
from checkout_kit_rain.schemas import OrderSchema

#: The only product that the document names.
PRODUCT = "BTCUSD"


class OrderResource:
    """The user's orders."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self) -> tuple[tuple[Order, ...], tuple[BrokenItem, ...]]:
        """List all orders (GET /orders)."""
        data = self._transport.call("GET", "/orders")
        return self._transport.read_list(OrderSchema(), data, "GET /orders")

    def create(
        self,
        *,
        type: str,
        side: str,
        quantity: Money,
        withdraw_account_id: str,
        deposit_account_id: str,
        price: Decimal | None = None,
    ) -> Order:
        """Place an order. **Moves money** once it is matched (POST /orders)."""
        body = {
            "product": PRODUCT,
            "type": type,
            "side": side,
            "quantity": write_amount(quantity),
            "withdraw_account_id": check_id(withdraw_account_id, "account"),
            "deposit_account_id": check_id(deposit_account_id, "account"),
        }
        if price is not None:
            body["price"] = f"{price:f}"
        return self._read(self._transport.call("POST", "/orders", body), "POST /orders")

    def get(self, order_id: str) -> Order:
        """Look at an order (GET /orders/{id})."""
        data = self._transport.call("GET", f"/orders/{check_id(order_id, 'order')}")
        return self._read(data, "GET /orders/{id}", order_id)

    def cancel(self, order_id: str) -> Order:
        """Take an order back (POST /orders/{id}/cancel; its example has ``delete``)."""
        path = f"/orders/{check_id(order_id, 'order')}/cancel"
        data = self._transport.call("POST", path)
        return self._read(data, "POST /orders/{id}/cancel", order_id)

    def _read(self, data: Any, where: str, order_id: str | None = None) -> Order:
        found: Order = self._transport.read(OrderSchema(), data, where)
        if order_id is not None and found.id.lower() != order_id.lower():
            raise self._transport.odd(f"{where}: answers about another order", data)
        return found
