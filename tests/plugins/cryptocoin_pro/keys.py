"""Keys for the tests, made anew in each run: none is kept in a file."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)


@lru_cache
def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    """One key for the whole run: making one takes a moment."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def private_pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    """Write a key as a setting holds it."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def locked_pem(key: rsa.RSAPrivateKey) -> str:
    """Write a key that needs a password."""
    locked = BestAvailableEncryption(b"password")
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locked).decode()


def public_pem(key: rsa.RSAPrivateKey) -> str:
    """Write the key that the provider has of a platform."""
    return (
        key.public_key()
        .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


def claims_of(token: str) -> dict[str, Any]:
    """Verify a token as the provider does, and read it."""
    assert jwt.get_unverified_header(token)["alg"] == "RS512"
    claims: dict[str, Any] = jwt.decode(
        token, public_pem(rsa_key()), algorithms=["RS512"]
    )
    return claims
