"""Requests: asking another user for bitcoin."""

from __future__ import annotations

from typing import Any

from checkout_kit import Money
from checkout_kit_rain.client.transport import Transport, check_id, write_amount


class RequestResource:
    """Requests for money; the document leaves both answers "to be confirmed"."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(
        self, account_id: str, amount: Money, email_address: str, memo: str
    ) -> Any:
        """Ask somebody for bitcoin (POST /requests).

        :return: the answer as it came, for nobody knows its form.
        """
        body = {
            "account_id": check_id(account_id, "account"),
            "amount": write_amount(amount),
            "currency": amount.currency.code,
            "email_address": email_address,
            "memo": memo,
        }
        return self._transport.call("POST", "/requests", body)

    def resend(self, request_id: str) -> Any:
        """Remind somebody (POST /requests/{id}/resend).

        :return: the answer as it came, for nobody knows its form.
        """
        path = f"/requests/{check_id(request_id, 'request')}/resend"
        return self._transport.call("POST", path)
