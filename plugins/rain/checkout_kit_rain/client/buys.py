"""Buys: bitcoin for fiat paid. Confirming one moves money."""

from __future__ import annotations

from collections.abc import Mapping

from checkout_kit import Money
from checkout_kit_rain.answers import Transaction, TransactionList
from checkout_kit_rain.client.transport import Transport, check_id, write_amount


class BuyResource:
    """Buying in two steps."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self) -> TransactionList:
        """List all buys (GET /buys)."""
        data = self._transport.call("GET", "/buys")
        return self._transport.read_transactions(data, "GET /buys")

    def get(self, buy_id: str) -> Transaction:
        """Look at a buy (GET /buys/{id})."""
        data = self._transport.call("GET", f"/buys/{check_id(buy_id, 'buy')}")
        where = "GET /buys/{id}"
        return self._transport.read_transaction(data, where, "buy", buy_id)

    def create(
        self,
        *,
        withdraw_account_id: str,
        deposit_account_id: str,
        amount: Money,
        subtotal: Money,
        fee: Money,
        total: Money,
        more: Mapping[str, str] | None = None,
    ) -> Transaction:
        """Prepare a buy; nothing moves yet (POST /buys).

        :param more: fields that only the tutorial or a text names, such as
            ``price_id``.
        """
        body = {
            "withdraw_account_id": check_id(withdraw_account_id, "account"),
            "deposit_account_id": check_id(deposit_account_id, "account"),
            "amount": write_amount(amount),
            "subtotal": write_amount(subtotal),
            "fee": write_amount(fee),
            "total": write_amount(total),
            **(more or {}),
        }
        data = self._transport.call("POST", "/buys", body)
        return self._transport.read_transaction(data, "POST /buys", "buy")

    def confirm(self, buy_id: str) -> Transaction:
        """Carry it out. **Moves money** (POST /buys/{id}/confirm)."""
        path = f"/buys/{check_id(buy_id, 'buy')}/confirm"
        data = self._transport.call("POST", path)
        where = "POST /buys/{id}/confirm"
        return self._transport.read_transaction(data, where, "buy", buy_id)
