"""What mails need: rows, words and a way out."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.mail import Mail


class MailRows(Protocol):
    """Mails that were ordered, in a transaction."""

    def order(
        self, checkout_id: str, message: str, recipient: str, state: str
    ) -> bool: ...


class MailComposer(Protocol):
    """Writes mails."""

    def compose(
        self, checkout: Checkout, *, message: str, role: str, to: str, id: str
    ) -> Mail: ...


class MailTransport(Protocol):
    """Hands mails to a server."""

    def send(self, mail: Mail, now: datetime) -> None:
        """Hand a mail over.

        :raises MailRefused: if it will never be taken.
        :raises SendFailed: if it was not taken this time.
        """
