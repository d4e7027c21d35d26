"""The database: one SQLite file for the shop and the kit, set up for short writes."""

from __future__ import annotations

from datetime import datetime, timezone
from threading import Lock
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, event
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator


class Base(DeclarativeBase):
    """The base of the shop's own tables."""


db = SQLAlchemy(metadata=Base.metadata)

#: SQLite takes one writer at a time, and serves those who wait in no order. Requests
#: of this process queue up here first, so that none waits until it is given up.
writing = Lock()


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime; SQLite would forget the zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        """Store the time in UTC, without a zone."""
        if value is None:
            return None
        return value.astimezone(timezone.utc).replace(tzinfo=None)

    def process_result_value(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        """Read the time back with its zone."""
        return None if value is None else value.replace(tzinfo=timezone.utc)


def init_app(app: Flask) -> None:
    """Connect the app to its database."""
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            event.listen(db.engine, "connect", _set_up_sqlite)


def _set_up_sqlite(connection: Any, record: Any) -> None:
    # Readers and one writer at a time get along; a second writer waits its turn.
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA busy_timeout = 10000")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()
