"""The database's schema: bringing it up to date, and refusing an outdated one."""

from __future__ import annotations

import threading
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from checkout_kit.errors import SchemaOutdated
from checkout_kit.storage.engine import Database

#: Our own, so that a shop's migrations and ours never meet.
VERSION_TABLE = "checkout_kit_alembic_version"


def upgrade_schema(database: Database) -> str:
    """Bring the database to this version's schema; harmless if it is there.

    :return: the revision that it is at.
    """
    config = _config()
    database.make_folder()
    with database.transaction(write=True) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
    return expected_revision()


def check_schema(database: Database) -> None:
    """Refuse to work on a database that another version of the schema is in.

    :raises SchemaOutdated: telling how to bring it up to date.
    """
    with database.transaction(write=False) as connection:
        found = current_revision(connection)
    if found != expected_revision():
        raise SchemaOutdated(found, expected_revision())


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


def current_revision(connection: Connection) -> str | None:
    """The revision that the database is at, None before ``init-db``."""
    context = MigrationContext.configure(
        connection, opts={"version_table": VERSION_TABLE}
    )
    return context.get_current_revision()


def expected_revision() -> str:
    """The revision that this version of the kit needs."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None, "the package holds its migrations"  # noqa: S101
    return head


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    return config
