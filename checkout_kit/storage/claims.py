"""Rows that several processes want at once: claimed by one, inserted by one."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Connection,
    Integer,
    Table,
    bindparam,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert

from checkout_kit.storage.types import database_milliseconds


class Claim:
    """How due rows of a table are taken: by compare-and-set, for some seconds.

    Its statements are built once: building one takes longer than running it.

    :param due: which rows are due; what is told at each take are bind parameters.
    :param values: further columns to set on the rows taken.
    """

    def __init__(
        self,
        table: Table,
        due: ColumnElement[bool],
        *,
        order: ColumnElement[Any],
        values: Mapping[str, Any] | None = None,
    ) -> None:
        key = list(table.primary_key.columns)
        free = due & (table.c.claim_until < database_milliseconds())
        mine = tuple_(*key).in_(bindparam("claimed_keys", expanding=True))
        token: BindParameter[str] = bindparam("claimed_token")
        self._find = (
            select(*key)
            .where(free)
            .order_by(order, *key)
            .limit(bindparam("claimed_most", type_=Integer))
            # The key stays, so that rows which refer to it need not wait.
            .with_for_update(skip_locked=True, key_share=True)
        )
        until = database_milliseconds() + bindparam("claimed_for", type_=BigInteger)
        self._take = (
            update(table)
            .where(mine & free)
            .values(claim_token=token, claim_until=until, **(values or {}))
        )
        self._taken = select(*key).where(mine & (table.c.claim_token == token))

    def take(
        self, connection: Connection, *, limit: int, seconds: int, **told: Any
    ) -> list[tuple[Any, ...]]:
        """Take due rows, until the claim runs out in database time.

        :return: the primary keys of the rows taken, in the given order.
        """
        found = connection.execute(self._find, {"claimed_most": limit, **told}).all()
        if not found:
            return []
        rows = {
            "claimed_keys": [tuple(row) for row in found],
            "claimed_token": secrets.token_hex(16),
        }
        connection.execute(self._take, {**rows, "claimed_for": seconds * 1000, **told})
        kept = {tuple(row) for row in connection.execute(self._taken, rows)}
        return [key for key in rows["claimed_keys"] if key in kept]


def insert_new(connection: Connection, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert a row unless a unique key of it is taken.

    :return: whether it is new.
    """
    statement = insert_unless_taken(table, connection.dialect.name)
    return connection.execute(statement, values).first() is not None


@cache
def insert_unless_taken(table: Table, dialect: str) -> ReturningInsert[Any]:
    """An insert that leaves a row out if a unique key of it is taken."""
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    # Drivers differ in the row count of such an insert; a row that is given back is
    # a row that was written.
    key = next(iter(table.primary_key.columns))
    return insert(table).on_conflict_do_nothing().returning(key)
