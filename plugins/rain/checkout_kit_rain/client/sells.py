"""Sells: bitcoin for fiat earned. Confirming one moves money."""

from __future__ import annotations

from collections.abc import Mapping

from checkout_kit import Money
from checkout_kit_rain.answers import Transaction, TransactionList
from checkout_kit_rain.client.transport import Transport, check_id, write_amount


class SellResource:
    """Selling in two steps."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self) -> TransactionList:
        """List all sells (GET /sells)."""
        data = self._transport.call("GET", "/sells")
        return self._transport.read_transactions(data, "GET /sells")

    def get(self, sell_id: str) -> Transaction:
        """Look at a sell (GET /sells/{id})."""
        data = self._transport.call("GET", f"/sells/{check_id(sell_id, 'sell')}")
        where = "GET /sells/{id}"
        return self._transport.read_transaction(data, where, "sell", sell_id)

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
        """Prepare a sell; nothing moves yet (POST /sells).

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
        data = self._transport.call("POST", "/sells", body)
        return self._transport.read_transaction(data, "POST /sells", "sell")

    def confirm(self, sell_id: str) -> Transaction:
        """Carry it out. **Moves money** (POST /sells/{id}/confirm)."""
        path = f"/sells/{check_id(sell_id, 'sell')}/confirm"
        data = self._transport.call("POST", path)
        where = "POST /sells/{id}/confirm"
        return self._transport.read_transaction(data, where, "sell", sell_id)
