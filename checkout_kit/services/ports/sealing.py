"""What encrypts secrets before they are kept."""

from __future__ import annotations

from typing import Protocol

# What each method does is told in ``checkout_kit/storage/encryption.py``.


class Sealing(Protocol):
    """Encrypts secrets, and decrypts them."""

    def encrypt(self, text: str) -> str: ...
    def decrypt(self, token: str) -> str: ...
