"""The review form's key: one press on "Pay" is one order, of what was reviewed."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from flask import current_app
from itsdangerous import BadSignature, URLSafeTimedSerializer

_LIFETIME = 2 * 60 * 60


@dataclass(frozen=True, slots=True)
class ReviewForm:
    """What a review page was made for; ``key`` is new for each page shown."""

    key: str
    buyer: str
    fingerprint: str

    @classmethod
    def issue(cls, buyer: str, fingerprint: str) -> ReviewForm:
        """Make the key of a page that is shown now."""
        return cls(secrets.token_urlsafe(24), buyer, fingerprint)

    @classmethod
    def from_token(cls, token: str, buyer: str) -> ReviewForm | None:
        """Read a form's token; None if it is not ours, too old or somebody else's."""
        try:
            key, owner, fingerprint = _serializer().loads(token, max_age=_LIFETIME)
        except (BadSignature, ValueError, TypeError):
            return None
        if owner != buyer:
            return None
        return cls(key, owner, fingerprint)

    def to_token(self) -> str:
        """Write the signed text that the form carries."""
        return str(_serializer().dumps([self.key, self.buyer, self.fingerprint]))


def _serializer() -> URLSafeTimedSerializer:
    secret = current_app.secret_key
    if not secret:
        raise RuntimeError("SECRET_KEY is not set")
    return URLSafeTimedSerializer(secret, salt="example-shop-review")
