"""Rows of the REST API's keys and requests, in a transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from checkout_kit.domain.api_key import ApiKey
from checkout_kit.domain.api_request import ApiAnswer, KnownRequest

# What each method does is told where it is done, in ``checkout_kit/storage``.


class ApiKeyRows(Protocol):
    """API keys in a transaction."""

    def add(self, key: ApiKey, *, basic_digest: str) -> None: ...
    def get(self, key_id: str) -> ApiKey | None: ...
    def find_basic(self, basic_digest: str) -> ApiKey | None: ...
    def list(self) -> Sequence[ApiKey]: ...
    def save(self, key: ApiKey) -> None: ...
    def save_secrets(self, key: ApiKey, *, basic_digest: str) -> None: ...


class ApiRequestRows(Protocol):
    """Requests that must not happen twice, in a transaction."""

    def find(self, store_id: str, idempotency_key: str) -> KnownRequest | None: ...
    def begin(
        self,
        store_id: str,
        idempotency_key: str,
        request: KnownRequest,
        *,
        expires_at: datetime,
        seconds: int,
    ) -> bool: ...
    def take_over(
        self, store_id: str, idempotency_key: str, *, seconds: int
    ) -> bool: ...
    def let_go(self, store_id: str, idempotency_key: str) -> None: ...
    def finish(
        self, store_id: str, idempotency_key: str, answer: ApiAnswer
    ) -> None: ...
    def use_signature(self, signature: str, *, expires_at: datetime) -> bool: ...
    def has_expired(self, now: datetime) -> bool: ...
    def prune(self, now: datetime) -> int: ...
