"""Column types and SQL functions that mean the same on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from sqlalchemy import BigInteger, DateTime
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime; SQLite, which has none, keeps it without its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        """Refuse a naive time; hand SQLite the UTC wall time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone can't be stored")
        value = value.astimezone(timezone.utc)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Give every time back as aware UTC."""
        if value is None:
            return None
        moment: datetime = value
        if moment.tzinfo is None:
            return moment.replace(tzinfo=timezone.utc)
        return moment.astimezone(timezone.utc)


class database_milliseconds(FunctionElement[int]):
    """The database's own clock, in milliseconds since 1970.

    Claims and leases expire by it, so that processes whose clocks differ agree.
    """

    type = BigInteger()
    inherit_cache = True


@compiles(database_milliseconds, "sqlite")
def _sqlite_milliseconds(
    element: database_milliseconds, compiler: SQLCompiler, **kw: Any
) -> str:
    return "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"


@compiles(database_milliseconds, "postgresql")
def _postgresql_milliseconds(
    element: database_milliseconds, compiler: SQLCompiler, **kw: Any
) -> str:
    return "CAST(extract(epoch from clock_timestamp()) * 1000 AS BIGINT)"
