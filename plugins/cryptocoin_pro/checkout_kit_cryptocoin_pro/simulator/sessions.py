"""Access tokens: made at log-in, good for their ttl, ended at log-out."""

from __future__ import annotations

import hashlib
import secrets
import string
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .errors import unauthenticated

#: The document's ttl, in seconds.
TTL = 1_209_600
_LENGTH = 64
_LIMIT = 2_000
_LETTERS = string.ascii_letters + string.digits


@dataclass(slots=True)
class AccessToken:
    """A bearer token of a user."""

    value: str = field(repr=False)
    user_id: str
    created_at: datetime
    last_used_at: datetime

    @property
    def mask(self) -> str:
        """What lists show of it, and by what it is ended: its name, not its value."""
        digest = hashlib.sha256(self.value.encode()).hexdigest()
        return digest[:14] + "X" * 24


class Sessions:
    """The tokens that are good. Whoever calls a method holds the books' lock."""

    def __init__(self) -> None:
        self._tokens: dict[str, AccessToken] = {}

    def open(self, user_id: str, now: datetime) -> AccessToken:
        """Make a token."""
        value = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
        while len(self._tokens) >= _LIMIT:
            del self._tokens[next(iter(self._tokens))]
        made = self._tokens[value] = AccessToken(value, user_id, now, now)
        return made

    def use(self, value: str, now: datetime) -> AccessToken:
        """Return a token that is good.

        :raises ApiError: when it is unknown, ended, or its ttl is over.
        """
        found = self._tokens.get(value)
        if found is None or now >= found.created_at + timedelta(seconds=TTL):
            raise unauthenticated()
        found.last_used_at = now
        return found

    def list_of(self, user_id: str) -> list[AccessToken]:
        """List a user's tokens."""
        return [token for token in self._tokens.values() if token.user_id == user_id]

    def close(self, token: AccessToken) -> None:
        """End a token."""
        self._tokens.pop(token.value, None)

    def close_all(self, user_id: str | None = None) -> None:
        """End the tokens of a user, or everybody's, as a restart may."""
        for token in list(self._tokens.values()):
            if user_id is None or token.user_id == user_id:
                self.close(token)
