"""Providers' health as operators see it, the worker's lease, and the installation."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select, text, update

from checkout_kit.storage import tables
from checkout_kit.storage.claims import insert_new
from checkout_kit.storage.types import database_milliseconds

_HEALTH = tables.provider_health
_LEASE = tables.lease
_INSTALLATION = tables.installation


class HealthStore:
    """Reads and writes what tells how the kit itself is doing."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note_breaker(
        self, provider: str, *, is_open: bool, problem: str | None, now: datetime
    ) -> None:
        """Write down that a provider's circuit breaker opened or closed."""
        values = {"is_open": is_open, "since": now, "problem": problem}
        changed = self._connection.execute(
            update(_HEALTH).where(_HEALTH.c.provider == provider).values(**values)
        ).rowcount
        if not changed:
            # Another process may have written it right now: then it says the same.
            insert_new(self._connection, _HEALTH, {"provider": provider, **values})

    def breakers(self) -> Sequence[tuple[str, bool, datetime, str | None]]:
        """Each provider with whether its breaker is open, since when, and why."""
        rows = self._connection.execute(select(_HEALTH).order_by(_HEALTH.c.provider))
        return [(row.provider, row.is_open, row.since, row.problem) for row in rows]

    def hold_lease(self, name: str, token: str, *, seconds: int) -> bool:
        """Take or prolong a lease; False while somebody else holds it.

        A lease only saves work: two holders do no harm.
        """
        until = database_milliseconds() + seconds * 1000
        mine_or_free = (_LEASE.c.claim_token == token) | (
            _LEASE.c.claim_until < database_milliseconds()
        )
        changed = self._connection.execute(
            update(_LEASE)
            .where((_LEASE.c.name == name) & mine_or_free)
            .values(claim_token=token, claim_until=until)
        ).rowcount
        if changed:
            return True
        # It is somebody else's, or nobody's yet: who writes the row first holds it.
        return insert_new(
            self._connection,
            _LEASE,
            {"name": name, "claim_token": token, "claim_until": 0},
        ) and self.hold_lease(name, token, seconds=seconds)

    def installation_id(self, now: datetime) -> str:
        """The id that tells this database from any other; made on first use."""
        if self._connection.dialect.name == "postgresql":
            # One at a time, so that two processes never make two ids.
            name = _INSTALLATION.name
            self._connection.execute(text(f"LOCK TABLE {name} IN EXCLUSIVE MODE"))
        row = self._connection.execute(select(_INSTALLATION.c.id)).first()
        if row is not None:
            found: str = row[0]
            return found
        made = secrets.token_hex(16)
        self._connection.execute(_INSTALLATION.insert().values(id=made, created_at=now))
        return made
