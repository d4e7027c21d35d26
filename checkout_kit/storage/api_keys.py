"""API keys as they are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, or_, select, update

from checkout_kit.domain.api_key import ApiKey
from checkout_kit.storage import tables

_KEY = tables.api_key
# Built once: building a statement takes longer than running it.
_BY_ID = select(_KEY).where(_KEY.c.id == bindparam("wanted"))
_BY_DIGEST = select(_KEY).where(
    or_(
        _KEY.c.basic_digest == bindparam("wanted"),
        _KEY.c.previous_basic_digest == bindparam("wanted"),
    )
)


class ApiKeyStore:
    """Reads and writes API keys."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, key: ApiKey, *, basic_digest: str) -> None:
        """Write a new key down."""
        self._connection.execute(
            _KEY.insert().values(
                id=key.id,
                store_id=key.store_id,
                name=key.name,
                secret=key.sealed_secret,
                basic_digest=basic_digest,
                allows_basic=key.allows_basic,
                allowed_networks=list(key.allowed_networks),
                created_at=key.created_at,
            )
        )

    def get(self, key_id: str) -> ApiKey | None:
        """Read a key by its id, revoked ones too."""
        row = self._connection.execute(_BY_ID, {"wanted": key_id}).first()
        return api_key_from_values(row._mapping) if row else None

    def find_basic(self, basic_digest: str) -> ApiKey | None:
        """Read the key of an ``X-Basic`` header by the header's digest."""
        row = self._connection.execute(_BY_DIGEST, {"wanted": basic_digest}).first()
        return api_key_from_values(row._mapping) if row else None

    def list(self) -> Sequence[ApiKey]:
        """Read all keys, oldest first."""
        rows = self._connection.execute(
            select(_KEY).order_by(_KEY.c.created_at, _KEY.c.id)
        )
        return [api_key_from_values(row._mapping) for row in rows]

    def save(self, key: ApiKey) -> None:
        """Write what an operator may change, except secrets."""
        self._connection.execute(
            update(_KEY)
            .where(_KEY.c.id == key.id)
            .values(
                allows_basic=key.allows_basic,
                allowed_networks=list(key.allowed_networks),
                revoked_at=key.revoked_at,
            )
        )

    def save_secrets(self, key: ApiKey, *, basic_digest: str) -> None:
        """Write a key's new secret; the former one's digest becomes the previous."""
        self._connection.execute(
            update(_KEY)
            .where(_KEY.c.id == key.id)
            .values(
                secret=key.sealed_secret,
                previous_secret=key.sealed_previous,
                previous_until=key.previous_until,
                previous_basic_digest=_KEY.c.basic_digest,
                basic_digest=basic_digest,
            )
        )


def api_key_from_values(row: Mapping[Any, Any]) -> ApiKey:
    """Make a key of its row's values, by the columns' names."""
    return ApiKey(
        id=row["id"],
        store_id=row["store_id"],
        name=row["name"],
        sealed_secret=row["secret"],
        created_at=row["created_at"],
        allows_basic=row["allows_basic"],
        allowed_networks=tuple(row["allowed_networks"]),
        sealed_previous=row["previous_secret"],
        previous_until=row["previous_until"],
        revoked_at=row["revoked_at"],
    )
