"""Encryption at rest: secrets of others are in no column as plain text."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from checkout_kit.errors import ConfigurationError, SecretUnreadable

_PURPOSE = b"checkout-kit: secrets at rest"
_KEY = "CHECKOUT_KIT_ENCRYPTION_KEYS"


class SecretBox:
    """Encrypts and decrypts short texts with the newest key, reads with all of them.

    :param keys: Fernet keys, the newest first; without one nothing can be kept.
    :raises ConfigurationError: if one of them is no Fernet key.
    """

    def __init__(self, keys: Sequence[str | bytes] = ()) -> None:
        try:
            self._fernets = [Fernet(key) for key in keys]
        except (ValueError, TypeError):
            # The error's own message may quote the key.
            raise ConfigurationError(
                _KEY,
                "must be a list of Fernet keys (32 random bytes in URL-safe base64), "
                "the newest first",
            ) from None

    @classmethod
    def from_app_keys(
        cls, keys: Sequence[str] | None, secret_keys: Sequence[str | bytes]
    ) -> SecretBox:
        """Take keys of their own, and then those derived of the app's.

        So what was kept before there were keys of their own can still be read.

        :param secret_keys: the app's ``SECRET_KEY`` and then its fallbacks.
        """
        return cls([*(keys or ()), *(derive_key(key) for key in secret_keys)])

    def __repr__(self) -> str:
        return f"<SecretBox of {len(self._fernets)} keys>"

    def encrypt(self, text: str) -> str:
        """Encrypt with the newest key.

        :raises ConfigurationError: if there is no key.
        """
        return self._keys.encrypt(text.encode()).decode("ascii")

    def decrypt(self, token: str) -> str:
        """Decrypt what any of the keys encrypted.

        :raises SecretUnreadable: if none of them did.
        :raises ConfigurationError: if there is no key.
        """
        try:
            return self._keys.decrypt(token.encode()).decode()
        except InvalidToken:
            raise SecretUnreadable from None

    def renew(self, token: str) -> str:
        """Encrypt anew with the newest key what any of them encrypted.

        What the newest one encrypted stays as it is.

        :raises SecretUnreadable: if none of them did.
        :raises ConfigurationError: if there is no key.
        """
        keys = self._keys
        try:
            self._fernets[0].decrypt(token.encode())
        except InvalidToken:
            try:
                return keys.rotate(token.encode()).decode("ascii")
            except InvalidToken:
                raise SecretUnreadable from None
        return token

    @property
    def _keys(self) -> MultiFernet:
        if not self._fernets:
            raise ConfigurationError(
                _KEY, "is required to keep secrets, as the app has no SECRET_KEY"
            )
        return MultiFernet(self._fernets)


def derive_key(secret_key: str | bytes) -> bytes:
    """Make a Fernet key of an app's ``SECRET_KEY``, for this purpose alone."""
    raw = secret_key.encode() if isinstance(secret_key, str) else secret_key
    derived = HKDF(SHA256(), length=32, salt=None, info=_PURPOSE).derive(raw)
    return base64.urlsafe_b64encode(derived)
