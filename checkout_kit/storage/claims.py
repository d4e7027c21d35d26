"""Rows that several processes want at once: claimed by one, inserted by one."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert

from checkout_kit.storage.types import database_milliseconds


def claim_rows(
    connection: Connection,
    table: Table,
    due: ColumnElement[bool],
    *,
    order: ColumnElement[Any],
    limit: int,
    seconds: int,
    values: Mapping[str, Any] | None = None,
) -> list[tuple[Any, ...]]:
    """Take due rows by compare-and-set, until the claim runs out in database time.

    :param values: further columns to set on the rows taken.
    :return: the primary keys of the rows taken, in the given order.
    """
    key = list(table.primary_key.columns)
    free = due & (table.c.claim_until < database_milliseconds())
    found = connection.execute(
        select(*key)
        .where(free)
        .order_by(order, *key)
        .limit(limit)
        # The key stays, so that rows which refer to it need not wait.
        .with_for_update(skip_locked=True, key_share=True)
    ).all()
    if not found:
        return []
    token = secrets.token_hex(16)
    mine = tuple_(*key).in_([tuple(row) for row in found])
    connection.execute(
        update(table)
        .where(mine & free)
        .values(
            claim_token=token,
            claim_until=database_milliseconds() + seconds * 1000,
            **(values or {}),
        )
    )
    taken = connection.execute(
        select(*key).where(mine & (table.c.claim_token == token))
    )
    kept = {tuple(row) for row in taken}
    return [tuple(row) for row in found if tuple(row) in kept]


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
