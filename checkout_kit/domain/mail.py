"""Mails: which there are, to whom they go, and what one holds."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from checkout_kit.errors import InputError

#: ``receipt``: it is paid. ``payment_needed``: a part is missing. ``unresolved``:
#: somebody has to look at it.
MESSAGES = ("receipt", "payment_needed", "unresolved")
RECIPIENTS = ("buyer", "merchant")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(
    rf"[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@(?:{_LABEL}\.)+{_LABEL}\Z", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail, as text and as HTML.

    ``id`` is the same at every attempt. Nothing in its head may hold a control
    character, so that no text of others adds a header.
    """

    id: str
    to: str = field(repr=False)
    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)

    def __post_init__(self) -> None:
        if not is_mail_address(self.to):
            raise InputError("mail.to", "must be a plain e-mail address")
        for name in ("id", "subject"):
            if any(ord(c) < 32 or 127 <= ord(c) < 160 for c in getattr(self, name)):
                raise InputError(f"mail.{name}", "holds a control character")


def is_mail_address(text: object) -> bool:
    """Whether a text is one plain e-mail address, and nothing but that."""
    return isinstance(text, str) and len(text) <= 254 and bool(_ADDRESS.match(text))
