"""Withdrawals: fiat from an account to a bank. Confirming one moves money."""

from __future__ import annotations

from checkout_kit import Money
from checkout_kit_rain.answers import Transaction, TransactionList
from checkout_kit_rain.client.transport import Transport, check_id, write_amount


class WithdrawalResource:
    """Withdrawals; ``fiat_amount`` is the amount that counts."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self) -> TransactionList:
        """List all withdrawals (GET /withdraws)."""
        data = self._transport.call("GET", "/withdraws")
        return self._transport.read_transactions(data, "GET /withdraws")

    def get(self, withdrawal_id: str) -> Transaction:
        """Look at a withdrawal (GET /withdraws/{id})."""
        path = f"/withdraws/{check_id(withdrawal_id, 'withdrawal')}"
        data = self._transport.call("GET", path)
        where = "GET /withdraws/{id}"
        return self._transport.read_transaction(
            data, where, "withdrawal", withdrawal_id
        )

    def create(self, account_id: str, amount: Money, memo: str) -> Transaction:
        """Prepare a withdrawal; nothing moves yet (POST /withdraws)."""
        body = {
            "account_id": check_id(account_id, "account"),
            "amount": write_amount(amount),
            "currency": amount.currency.code,
            "memo": memo,
        }
        data = self._transport.call("POST", "/withdraws", body)
        return self._transport.read_transaction(data, "POST /withdraws", "withdrawal")

    def confirm(self, withdrawal_id: str) -> Transaction:
        """Let it begin. **Moves money** (POST /withdraws/{id}/confirm)."""
        return self._step(withdrawal_id, "confirm")

    def complete(self, withdrawal_id: str) -> Transaction:
        """Finish it; administrators only (POST /withdraws/{id}/complete)."""
        return self._step(withdrawal_id, "complete")

    def _step(self, withdrawal_id: str, step: str) -> Transaction:
        path = f"/withdraws/{check_id(withdrawal_id, 'withdrawal')}/{step}"
        data = self._transport.call("POST", path)
        where = f"POST /withdraws/{{id}}/{step}"
        return self._transport.read_transaction(
            data, where, "withdrawal", withdrawal_id
        )
