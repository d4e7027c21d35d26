"""Tokens: what a platform signs with its key, by RS512 alone and for a short time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

ALGORITHM = "RS512"
_LEAST_BITS = 2048


class KeyRefused(ValueError):
    """Raised for a key that can't sign; its text tells nothing of the key."""


class TokenExpired(Exception):
    """Raised instead of signing something that is over already."""


@lru_cache(maxsize=8)
def load_private_key(pem: str) -> RSAPrivateKey:
    """Read the key that a platform signs with.

    Checking a key takes a tenth of a second: it is done once for settings, client and
    links.

    :raises KeyRefused: saying what is expected.
    """
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, RSAPrivateKey):
        raise KeyRefused("must be an RSA private key in PEM form, without a password")
    if key.key_size < _LEAST_BITS:
        raise KeyRefused(f"must be an RSA key of {_LEAST_BITS} bits or more")
    return key


class TokenWriter:
    """Signs claims for one platform.

    The API's claim for the end is ``expire``, in Unix seconds, which no JWT library
    looks at: it is checked here.
    """

    def __init__(self, private_key: str, lifetime: timedelta) -> None:
        self._key = load_private_key(private_key)
        self._lifetime = lifetime

    def write(self, claims: Mapping[str, Any], now: datetime) -> str:
        """Sign a token for the next call."""
        return self.write_until(claims, now + self._lifetime, now)

    def write_until(
        self, claims: Mapping[str, Any], expires_at: datetime, now: datetime
    ) -> str:
        """Sign a token that ends at a moment.

        :raises TokenExpired: if that moment is past.
        """
        expire = int(expires_at.timestamp())
        if expire <= int(now.timestamp()):
            raise TokenExpired
        payload = {**claims, "expire": expire}
        return jwt.encode(payload, self._key, algorithm=ALGORITHM)
