"""Rows of mails that were ordered: each once for a state of a checkout."""

from __future__ import annotations

from sqlalchemy import Connection

from checkout_kit.storage import tables
from checkout_kit.storage.claims import insert_new


class MailStore:
    """Notes which mail was ordered."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def order(self, checkout_id: str, message: str, recipient: str, state: str) -> bool:
        """Note a mail; False if it was ordered for that state before."""
        return insert_new(
            self._connection,
            tables.mail,
            {
                "checkout_id": checkout_id,
                "message": message,
                "recipient": recipient,
                "state": state,
            },
        )
