"""Redaction: secrets are taken out of every text that leaves the client."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable
from urllib.parse import quote

REDACTED = "[redacted]"


class Redactor:
    """Replaces secrets, however they are written, by a placeholder.

    A secret is also found percent-encoded, JSON-escaped, in base64 and in hex. The
    secrets themselves are in no repr. ``patterns`` are regular expressions of what is
    secret whatever it is.
    """

    def __init__(
        self, secrets: Iterable[str] = (), patterns: Iterable[str] = ()
    ) -> None:
        self._patterns = tuple(re.compile(pattern) for pattern in patterns)
        spellings = {
            spelling
            for secret in secrets
            if secret
            for spelling in _spellings(secret)
            if spelling
        }
        # The longest first: a secret may be a part of another.
        self._spellings = tuple(sorted(spellings, key=len, reverse=True))

    def __call__(self, text: str) -> str:
        """Return the text without any registered secret."""
        for spelling in self._spellings:
            text = text.replace(spelling, REDACTED)
        for pattern in self._patterns:
            text = pattern.sub(REDACTED, text)
        return text

    def extended(self, secrets: Iterable[str]) -> Redactor:
        """Make a redactor that knows more secrets, such as one call's signature."""
        longer = Redactor(secrets)
        longer._patterns = self._patterns
        merged = {*self._spellings, *longer._spellings}
        longer._spellings = tuple(sorted(merged, key=len, reverse=True))
        return longer

    def __repr__(self) -> str:
        return f"<Redactor of {len(self._spellings)} spellings>"


def _spellings(secret: str) -> Iterable[str]:
    raw = secret.encode("utf-8", "surrogatepass")
    yield secret
    yield quote(secret, safe="", errors="replace")
    yield json.dumps(secret)[1:-1]
    yield base64.b64encode(raw).decode("ascii").rstrip("=")
    yield base64.urlsafe_b64encode(raw).decode("ascii").rstrip("=")
    yield raw.hex()
