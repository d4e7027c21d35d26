"""Rows of webhook endpoints; their secrets are encrypted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from checkout_kit.domain.endpoint import WebhookEndpoint
from checkout_kit.errors import SecretUnreadable
from checkout_kit.storage import tables
from checkout_kit.storage.encryption import SecretBox

_ENDPOINT = tables.endpoint


class EndpointStore:
    """Reads and writes endpoints."""

    def __init__(self, connection: Connection, box: SecretBox) -> None:
        self._connection = connection
        self._box = box

    def add(self, endpoint: WebhookEndpoint) -> None:
        """Write a new endpoint."""
        self._connection.execute(_ENDPOINT.insert().values(**self._to_row(endpoint)))

    def save_secrets(self, endpoint: WebhookEndpoint) -> None:
        """Write an endpoint's secrets anew."""
        self._connection.execute(
            update(_ENDPOINT)
            .where(_ENDPOINT.c.id == endpoint.id)
            .values(**self._secrets(endpoint))
        )

    def enable(self, endpoint_id: str) -> None:
        """Send new events to an endpoint again."""
        self._connection.execute(
            update(_ENDPOINT)
            .where(_ENDPOINT.c.id == endpoint_id)
            .values(disabled_at=None, problem=None)
        )

    def disable(self, endpoint_id: str, problem: str, now: datetime) -> bool:
        """Send nothing to an endpoint any more; False if that was so before."""
        return bool(
            self._connection.execute(
                update(_ENDPOINT)
                .where(
                    (_ENDPOINT.c.id == endpoint_id) & _ENDPOINT.c.disabled_at.is_(None)
                )
                .values(disabled_at=now, problem=problem[:1000])
            ).rowcount
        )

    def remove(self, endpoint_id: str) -> None:
        """Forget an endpoint."""
        self._connection.execute(delete(_ENDPOINT).where(_ENDPOINT.c.id == endpoint_id))

    def find(self, endpoint_id: str) -> WebhookEndpoint | None:
        """An endpoint by its id."""
        row = self._connection.execute(
            select(_ENDPOINT).where(_ENDPOINT.c.id == endpoint_id)
        ).first()
        return None if row is None else self._from_row(row)

    def of_store(self, store_id: str) -> Sequence[WebhookEndpoint]:
        """The endpoints of a store, oldest first."""
        rows = self._connection.execute(
            select(_ENDPOINT)
            .where(_ENDPOINT.c.store_id == store_id)
            .order_by(_ENDPOINT.c.created_at, _ENDPOINT.c.id)
        )
        return [self._from_row(row) for row in rows]

    def enabled(self) -> Sequence[tuple[str, str, tuple[str, ...]]]:
        """Store, id and event types of each endpoint that hears of events."""
        columns = (_ENDPOINT.c.store_id, _ENDPOINT.c.id, _ENDPOINT.c.event_types)
        rows = self._connection.execute(
            select(*columns)
            .where(_ENDPOINT.c.disabled_at.is_(None))
            .order_by(_ENDPOINT.c.id)
        )
        return [(row.store_id, row.id, tuple(row.event_types)) for row in rows]

    def _secrets(self, endpoint: WebhookEndpoint) -> dict[str, Any]:
        previous = endpoint.previous_secret
        return {
            "secret": self._box.encrypt(endpoint.secret),
            "previous_secret": previous and self._box.encrypt(previous),
            "previous_until": endpoint.previous_until,
        }

    def _to_row(self, endpoint: WebhookEndpoint) -> dict[str, Any]:
        return {
            **self._secrets(endpoint),
            "id": endpoint.id,
            "store_id": endpoint.store_id,
            "url": endpoint.url,
            "event_types": list(endpoint.event_types),
            "created_at": endpoint.created_at,
            "disabled_at": endpoint.disabled_at,
            "problem": endpoint.problem,
        }

    def _from_row(self, row: Row[Any]) -> WebhookEndpoint:
        return WebhookEndpoint(
            id=row.id,
            store_id=row.store_id,
            url=row.url,
            event_types=tuple(row.event_types),
            secret=self._read(row.secret) or "",
            previous_secret=self._read(row.previous_secret),
            previous_until=row.previous_until,
            created_at=row.created_at,
            disabled_at=row.disabled_at,
            problem=row.problem,
        )

    def _read(self, token: str | None) -> str | None:
        try:
            return None if token is None else self._box.decrypt(token)
        except SecretUnreadable:
            # It can still be listed, rotated and removed; nothing is sent unsigned.
            return None
