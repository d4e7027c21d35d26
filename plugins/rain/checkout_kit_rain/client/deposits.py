"""Deposits: fiat from a bank to an account. Confirming one moves money."""

from __future__ import annotations

from checkout_kit import Money
from checkout_kit_rain.answers import Transaction, TransactionList
from checkout_kit_rain.client.transport import Transport, check_id, write_amount


class DepositResource:
    """Deposits; ``fiat_amount`` is the amount that counts."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self) -> TransactionList:
        """List all deposits (GET /deposits)."""
        data = self._transport.call("GET", "/deposits")
        return self._transport.read_transactions(data, "GET /deposits")

    def get(self, deposit_id: str) -> Transaction:
        """Look at a deposit (GET /deposits/{id})."""
        path = f"/deposits/{check_id(deposit_id, 'deposit')}"
        data = self._transport.call("GET", path)
        where = "GET /deposits/{id}"
        return self._transport.read_transaction(data, where, "deposit", deposit_id)

    def create(self, account_id: str, amount: Money, memo: str) -> Transaction:
        """Prepare a deposit; nothing moves yet (POST /deposits)."""
        body = {
            "account_id": check_id(account_id, "account"),
            "amount": write_amount(amount),
            "currency": amount.currency.code,
            "memo": memo,
        }
        data = self._transport.call("POST", "/deposits", body)
        return self._transport.read_transaction(data, "POST /deposits", "deposit")

    def confirm(self, deposit_id: str) -> Transaction:
        """Let it begin. **Moves money** (POST /deposits/{id}/confirm)."""
        return self._step(deposit_id, "confirm")

    def complete(self, deposit_id: str) -> Transaction:
        """Finish it; administrators only (POST /deposits/{id}/complete)."""
        return self._step(deposit_id, "complete")

    def _step(self, deposit_id: str, step: str) -> Transaction:
        path = f"/deposits/{check_id(deposit_id, 'deposit')}/{step}"
        data = self._transport.call("POST", path)
        where = f"POST /deposits/{{id}}/{step}"
        return self._transport.read_transaction(data, where, "deposit", deposit_id)
