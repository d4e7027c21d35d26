"""What encrypts secrets before they are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

# What each method does is told in ``checkout_kit/storage/encryption.py``.


class Sealing(Protocol):
    """Encrypts secrets, and decrypts them."""

    def encrypt(self, text: str) -> str: ...
    def decrypt(self, token: str) -> str: ...


class SealedRows(Protocol):
    """Rows that hold something encrypted, in a transaction."""

    @property
    def kinds(self) -> Sequence[str]: ...
    def renew(
        self, kind: str, after: str, *, limit: int
    ) -> tuple[str | None, int, list[str]]: ...
