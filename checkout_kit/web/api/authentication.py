"""Authentication: Digest-Auth and Basic-Auth, as COINQVEST's document has them."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from werkzeug.datastructures import Headers

from checkout_kit.domain.api_key import ApiKey
from checkout_kit.services.api_keys import ApiKeys, basic_hash
from checkout_kit.web.api.problems import Problem

_TIMESTAMP = re.compile(r"[0-9]{1,12}\Z", re.ASCII)
_KEY = re.compile(r"[A-Za-z0-9]{1,64}\Z", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{64}\Z", re.ASCII)
# Compared with when there is no such key, so that time does not tell.
_NOBODY = "-"


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """The parts of a request that its signature covers.

    ``path`` is without the API's prefix and without the query. ``about`` is no part:
    it is a checkout that an answer was kept of.
    """

    method: str
    path: str
    body: bytes = field(repr=False)
    about: str = ""

    def bodies(self) -> Iterator[bytes]:
        """What may have been signed for the body that was sent.

        SDKs sign nothing where they send ``[]`` or ``{}``, and the text ``null`` or
        ``undefined`` where they send nothing. A GET is signed without a body.
        """
        if self.method in ("GET", "HEAD"):
            yield b""
            return
        yield self.body
        if self.body in (b"[]", b"{}"):
            yield b""
        elif not self.body:
            yield b"null"
            yield b"undefined"

    def sign(self, secret: str, timestamp: str, body: bytes) -> str:
        """The signature of a body: HMAC-SHA256 in hex, nothing between the parts."""
        message = f"{self.path}{timestamp}{self.method}".encode() + body
        return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Authenticated:
    """Whose request it is; Basic-Auth has no ``signature``.

    ``version`` is the one that the checkout which the request is about is at, if it is
    of the key's store; Basic-Auth does not tell it.
    """

    key: ApiKey
    signature: str | None = field(repr=False, default=None)
    signed_until: datetime | None = None
    version: int | None = None


class Refused(Problem):
    """A request that is not of a holder of a key."""

    def __init__(self, error: str) -> None:
        super().__init__(401, [error])


class Authentication:
    """Finds out whose request it is."""

    def __init__(self, keys: ApiKeys, window: timedelta) -> None:
        self._keys = keys
        self._window = window

    def authenticate(
        self, headers: Headers, signed: SignedRequest, now: datetime
    ) -> Authenticated:
        """Check a request's signature or hash.

        :raises Refused: saying what is missing or wrong, and nothing of any key.
        """
        if "X-Basic" in headers and "X-Digest-Signature" not in headers:
            return self._check_basic(headers["X-Basic"], now)
        for name in ("X-Digest-Key", "X-Digest-Timestamp", "X-Digest-Signature"):
            if not headers.get(name):
                raise Refused(f"{name}: is missing.")
        return self._check_digest(headers, signed, now)

    def _check_digest(
        self, headers: Headers, signed: SignedRequest, now: datetime
    ) -> Authenticated:
        timestamp = headers["X-Digest-Timestamp"]
        if not _TIMESTAMP.match(timestamp):
            raise Refused("X-Digest-Timestamp: must be a Unix time in seconds.")
        given = headers["X-Digest-Signature"].encode("utf-8", "replace")
        caller = None
        if _KEY.match(headers["X-Digest-Key"]):
            caller = self._keys.find_caller(headers["X-Digest-Key"], signed.about)
        key = caller.key if caller else None
        secrets = self._keys.secrets_of(key, now) if key else ()
        found = None
        # All are compared whatever the first says, so that time tells nothing.
        for secret in secrets or (_NOBODY,):
            for body in signed.bodies():
                expected = signed.sign(secret, timestamp, body)
                if hmac.compare_digest(given, expected.encode("ascii")) and secrets:
                    found = expected
        if caller is None or found is None:
            raise Refused("X-Digest-Signature: authentication failed.")
        age = abs(now.timestamp() - int(timestamp))
        if age > self._window.total_seconds():
            raise Refused(
                "X-Digest-Timestamp: is more than "
                f"{int(self._window.total_seconds())} seconds from our time; "
                "see GET /time."
            )
        # It may be ahead of our time by a window, and is then good for two.
        until = now + 2 * self._window + timedelta(seconds=1)
        return Authenticated(caller.key, found, until, caller.version)

    def _check_basic(self, given: str, now: datetime) -> Authenticated:
        key = self._keys.find_basic(given) if _HASH.match(given) else None
        secrets = self._keys.secrets_of(key, now) if key else ()
        matches = [
            hmac.compare_digest(given.encode("ascii"), basic_hash(key.id, s).encode())
            for s in secrets
            if key is not None
        ]
        if key is None or not any(matches):
            raise Refused("X-Basic: authentication failed.")
        if not key.allows_basic:
            raise Refused(
                "X-Basic: is switched off for this key; use Digest-Auth instead."
            )
        return Authenticated(key)
