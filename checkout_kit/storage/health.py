"""Providers' health as operators see it, the worker's lease, and the installation."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update

from checkout_kit.storage import tables
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
            self._connection.execute(
                _HEALTH.insert().values(provider=provider, **values)
            )

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
        if self._connection.execute(
            select(_LEASE.c.name).where(_LEASE.c.name == name)
        ).first():
            return False
        self._connection.execute(
            _LEASE.insert().values(name=name, claim_token=token, claim_until=until)
        )
        return True

    def installation_id(self, now: datetime) -> str:
        """The id that tells this database from any other; made on first use."""
        row = self._connection.execute(select(_INSTALLATION.c.id)).first()
        if row is not None:
            found: str = row[0]
            return found
        made = secrets.token_hex(16)
        self._connection.execute(_INSTALLATION.insert().values(id=made, created_at=now))
        return made
