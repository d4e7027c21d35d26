"""RS512 tokens: those of the platform are verified, those of the provider signed."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

_ALGORITHM = "RS512"
_LIMIT = 8_000
# `expire` beyond this is no time any more.
_LATEST = 253_402_300_799


class TokenError(Exception):
    """Raised when a token isn't one that the key's owner signed."""


class TokenExpired(TokenError):
    """Raised when a token was good until its `expire`."""


@functools.cache
def provider_key() -> rsa.RSAPrivateKey:
    """The provider's key, one for a process: making it takes up to a second."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def sign_by_provider(payload: Mapping[str, Any]) -> str:
    """Return a token of the provider's own, for its links."""
    return jwt.encode(dict(payload), provider_key(), algorithm=_ALGORITHM)


def read_by_provider(token: str, now: datetime) -> dict[str, Any]:
    """Return the payload of a token of the provider's own.

    :raises TokenError: as :func:`read_token` does.
    """
    return read_token(token, provider_key().public_key(), now)


def read_token(
    token: str, public_key: str | rsa.RSAPublicKey, now: datetime
) -> dict[str, Any]:
    """Verify a token and return its payload.

    The algorithm is pinned: neither `none` nor an HMAC by the public key passes.

    :raises TokenExpired: when its `expire` is over: "after_or_equal:now".
    :raises TokenError: when it is malformed, of another key, or has no `expire`.
    """
    if len(token) > _LIMIT:
        raise TokenError("too long")
    try:
        payload = jwt.decode(
            token,
            public_key,
            algorithms=[_ALGORITHM],
            # The document knows `expire` alone, none of the registered claims.
            options={"verify_exp": False, "verify_iat": False, "verify_nbf": False},
        )
    except jwt.PyJWTError as err:
        raise TokenError(type(err).__name__) from err
    if expire_of(payload) < int(now.timestamp()):
        raise TokenExpired("expire is over")
    return payload


def expire_of(payload: Mapping[str, Any]) -> int:
    """Return the `expire` of a payload, in Unix seconds.

    :raises TokenError: when it has none.
    """
    expire = payload.get("expire")
    if isinstance(expire, str) and expire.isascii() and expire.isdigit():
        expire = int(expire[:20])
    if isinstance(expire, bool) or not isinstance(expire, int):
        raise TokenError("no expire")
    if not 0 <= expire <= _LATEST:
        raise TokenError("no time")
    return expire
