"""Transfers: money between one's own accounts. Confirming one moves money."""

from __future__ import annotations

from checkout_kit import Money
from checkout_kit_rain.answers import Transaction
from checkout_kit_rain.client.transport import Transport, check_id, write_amount


class TransferResource:
    """Transferring in two steps."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(
        self,
        sender_account_id: str,
        recipient_account_id: str,
        amount: Money,
        memo: str,
    ) -> Transaction:
        """Prepare a transfer; nothing moves yet (POST /transfers)."""
        body = {
            "sender_account_id": check_id(sender_account_id, "account"),
            "recipient_account_id": check_id(recipient_account_id, "account"),
            "amount": write_amount(amount),
            "currency": amount.currency.code,
            "memo": memo,
        }
        data = self._transport.call("POST", "/transfers", body)
        return self._transport.read_transaction(data, "POST /transfers", "transfer")

    def confirm(self, transfer_id: str) -> Transaction:
        """Carry it out. **Moves money** (POST /transfers/{id}/confirm)."""
        path = f"/transfers/{check_id(transfer_id, 'transfer')}/confirm"
        data = self._transport.call("POST", path)
        where = "POST /transfers/{id}/confirm"
        return self._transport.read_transaction(data, where, "transfer", transfer_id)
