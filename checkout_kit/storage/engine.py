"""Engines: one per process, made on first use, with SQLite set up for money."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from checkout_kit.errors import ConfigurationError, DatabaseBusy

#: How long a writer waits for another process's, in seconds.
BUSY_TIMEOUT = 5.0
#: How long it waits for its turn among its own process's writers: each of those before
#: it may have to wait for another process.
TURN_TIMEOUT = 30.0
_WRITE = "checkout_kit_write"


class Database:
    """A database by its URL; engines belong to a process and are not shared by forks.

    On SQLite a writing transaction begins with ``BEGIN IMMEDIATE``, behind a lock of
    the process: a write never starts as a read that can't be upgraded.
    """

    def __init__(self, url: str) -> None:
        try:
            self._url = make_url(url)
        except (ArgumentError, ValueError):
            # Their messages name the URL, or pieces of it, which may hold a password.
            raise ConfigurationError(
                "CHECKOUT_KIT_DATABASE_URL", "must be a SQLAlchemy database URL"
            ) from None
        if "@" in (self._url.host or ""):
            # Else a piece of the password would be looked up as a host, and logged.
            raise ConfigurationError(
                "CHECKOUT_KIT_DATABASE_URL",
                "must have the @ in its user or password written as %40",
            )
        if self._url.get_backend_name() == "postgres":
            raise ConfigurationError(
                "CHECKOUT_KIT_DATABASE_URL", "must begin with postgresql+psycopg://"
            )
        self._guard = threading.Lock()
        self._pid = 0
        self._engine: Engine | None = None
        # The engine of transactions that only read, and of those that may write.
        self._variants: dict[bool, Engine] = {}
        self._writing = threading.Lock()

    @property
    def is_sqlite(self) -> bool:
        """Whether this is SQLite, where one writer at a time is the rule."""
        return self._url.get_backend_name() == "sqlite"

    def make_folder(self) -> None:
        """Make the folder of an SQLite file, such as an app's new instance folder."""
        if self.is_sqlite and self._url.database:
            Path(self._url.database).parent.mkdir(parents=True, exist_ok=True)

    @property
    def engine(self) -> Engine:
        """The engine of this process."""
        with self._guard:
            if self._engine is None or self._pid != os.getpid():
                if self._engine is not None:
                    # The parent's connections stay the parent's: forget, don't close.
                    self._engine.dispose(close=False)
                    self._writing = threading.Lock()
                self._engine = self._create()
                self._variants = {
                    write: self._engine.execution_options(**{_WRITE: write})
                    for write in (False, True)
                }
                self._pid = os.getpid()
            return self._engine

    def _create(self) -> Engine:
        if not self.is_sqlite:
            return create_engine(self._url, pool_pre_ping=True, hide_parameters=True)
        engine = create_engine(
            self._url,
            # Errors and logs would hold tokens and customers' data.
            hide_parameters=True,
            connect_args={"timeout": BUSY_TIMEOUT, "check_same_thread": False},
        )
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine

    @contextmanager
    def transaction(self, *, write: bool) -> Iterator[Connection]:
        """Open a connection in a transaction that is rolled back unless committed.

        :raises DatabaseBusy: if another writer held the database for too long.
        """
        _ = self.engine
        engine = self._variants[write]
        alone = self._writing if write and self.is_sqlite else None
        if alone is not None and not alone.acquire(timeout=TURN_TIMEOUT):
            raise DatabaseBusy
        try:
            with (
                engine.connect() as connection,
                busy_named(),
            ):
                connection.begin()
                yield connection
        finally:
            if alone is not None:
                alone.release()

    def read_first(self, text: str, values: Any) -> tuple[Any, ...] | None:
        """Run one SELECT on the driver itself and give its first row.

        :raises DatabaseBusy: if another writer held the database for too long.
        """
        connection = self.engine.raw_connection()
        try:
            with busy_named():
                cursor = connection.cursor()
                cursor.execute(text, values)
                row: tuple[Any, ...] | None = cursor.fetchone()
                cursor.close()
                return row
        except BaseException:
            # The pool can't tell by itself whether the driver's connection is gone.
            connection.invalidate()
            raise
        finally:
            connection.close()

    def dispose(self) -> None:
        """Close this process's connections."""
        with self._guard:
            if self._engine is not None and self._pid == os.getpid():
                self._engine.dispose()
            self._engine = None


def is_own(connection: Connection) -> bool:
    """Whether a connection is of the kit's own engine, and not of a shop's."""
    return _WRITE in connection.get_execution_options()


def named_by_sqlalchemy(connection: Connection, error: Exception) -> Exception:
    """What SQLAlchemy makes of a driver's error; any other one as it is."""
    dialect = connection.dialect
    dbapi = dialect.loaded_dbapi
    if not isinstance(error, dbapi.Error):
        return error
    return DBAPIError.instance(
        None, None, error, dbapi.Error, hide_parameters=True, dialect=dialect
    )


@contextmanager
def busy_named() -> Iterator[None]:
    """Turn the drivers' several ways to say "locked" into DatabaseBusy."""
    try:
        yield
    except (OperationalError, sqlite3.OperationalError) as err:
        text = str(err.orig if isinstance(err, OperationalError) else err).lower()
        if "locked" in text or "lock timeout" in text or "busy" in text:
            raise DatabaseBusy from err
        raise


def _set_up_sqlite(connection: Any, record: Any) -> None:
    # The driver must not begin transactions by itself: _begin_sqlite does.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get(_WRITE, True)
    # By the driver itself: this comes before everything that the kit does.
    driver: Any = connection.connection.dbapi_connection
    driver.execute("BEGIN IMMEDIATE" if write else "BEGIN")
