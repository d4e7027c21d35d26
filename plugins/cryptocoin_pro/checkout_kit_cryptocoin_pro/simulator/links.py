"""Links to the provider's pages; they hold tokens, so nobody should log them."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import request

from .errors import refused
from .tokens import TokenError, provider_key, read_by_provider, sign_by_provider


class Links:
    """Makes and checks the provider's signed links."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)
        # Not at the first call, whose caller may not wait for so long.
        provider_key()

    def make(self, path: str, payload: Mapping[str, Any]) -> str:
        """Return a link whose last part is a token, with a signature behind it.

        :param payload: what the token says; its `expire` is the link's.
        """
        token = sign_by_provider(payload)
        query = {"expires": payload["expire"], "lang": "en"}
        full = f"{request.url_root}{path}/{token}"
        return f"{full}?{urlencode({**query, 'signature': self._sign(token)})}"

    def read(self, token: str, signature: str, now: datetime) -> dict[str, Any]:
        """Return what a link's token says.

        :raises ApiError: when link or token is none of the provider's, or over.
        """
        if not hmac.compare_digest(signature.encode(), self._sign(token).encode()):
            raise refused(403, "The link is not valid.")
        try:
            return read_by_provider(token, now)
        except TokenError:
            raise refused(403, "The link is over.") from None

    def make_payment(self, order_id: str) -> str:
        """Return the link by which a bank payment is confirmed."""
        query = urlencode({"order": order_id, "signature": self._sign(order_id)})
        return f"{request.url_root}payment/bank-confirm?{query}"

    def check_payment(self, order_id: str, signature: str) -> None:
        """Make sure that such a link is the provider's.

        :raises ApiError: when it isn't.
        """
        if not hmac.compare_digest(signature.encode(), self._sign(order_id).encode()):
            raise refused(403, "The link is not valid.")

    def _sign(self, text: str) -> str:
        return hmac.new(self._secret, text.encode(), hashlib.sha256).hexdigest()
