"""Sends: bitcoin to an address. Confirming one moves money."""

from __future__ import annotations

from checkout_kit import Money
from checkout_kit_rain.answers import Transaction
from checkout_kit_rain.client.transport import Transport, check_id, write_amount


class SendResource:
    """Sending in two steps."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(self, account_id: str, amount: Money, to: str, memo: str) -> Transaction:
        """Prepare a send; nothing moves yet (POST /sends)."""
        body = {
            "account_id": check_id(account_id, "account"),
            "amount": write_amount(amount),
            "currency": amount.currency.code,
            "memo": memo,
            "to": to,
        }
        data = self._transport.call("POST", "/sends", body)
        return self._transport.read_transaction(data, "POST /sends", "send")

    def confirm(self, send_id: str) -> Transaction:
        """Let it go. **Moves money** (POST /sends/{id}/confirm)."""
        path = f"/sends/{check_id(send_id, 'send')}/confirm"
        data = self._transport.call("POST", path)
        where = "POST /sends/{id}/confirm"
        return self._transport.read_transaction(data, where, "send", send_id)
