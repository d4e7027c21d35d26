"""The database's schema: bringing it up to date, and refusing an outdated one."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, column, func, inspect, select, table

from checkout_kit.errors import SchemaOutdated
from checkout_kit.storage.engine import Database

if TYPE_CHECKING:
    from alembic.config import Config

#: Our own, so that a shop's migrations and ours never meet.
VERSION_TABLE = "checkout_kit_alembic_version"
#: The newest migration, which is what this version needs.
HEAD = "0012"
# Alembic keeps what it works on in its modules, so that one thread at a time may.
_upgrading = threading.Lock()
#: PostgreSQL's advisory lock, so that one process at a time may: "chkit" in ASCII.
_ADVISORY_KEY = 0x63686B6974


def upgrade_schema(database: Database) -> str:
    """Bring the database to this version's schema; harmless if it is there.

    :return: the revision that it is at.
    """
    database.make_folder()
    with database.transaction(write=False) as connection:
        if current_revision(connection) == HEAD:
            return HEAD
    # Loading Alembic takes as long as the rest of the storage: only who upgrades waits.
    from alembic import command

    config = alembic_config()
    with _upgrading, database.transaction(write=True) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(_ADVISORY_KEY)))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
    return HEAD


def check_schema(database: Database) -> None:
    """Refuse to work on a database that another version of the schema is in.

    :raises SchemaOutdated: telling how to bring it up to date.
    """
    with database.transaction(write=False) as connection:
        found = current_revision(connection)
    if found != HEAD:
        raise SchemaOutdated(found, HEAD)


def current_revision(connection: Connection) -> str | None:
    """The revision that the database is at, None before ``init-db``."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    versions = table(VERSION_TABLE, column("version_num"))
    found: str | None = connection.execute(select(versions)).scalar()
    return found


def alembic_config() -> Config:
    """Where Alembic finds the migrations."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config


class SchemaGuard:
    """Checks, once per process, that the database fits this version."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._is_checked = False

    def check(self) -> None:
        """Check, unless the database was found right before.

        :raises SchemaOutdated: telling how to bring it up to date.
        """
        if self._is_checked:
            return
        with self._lock:
            check_schema(self._database)
            self._is_checked = True
