"""A PostgreSQL server of the tests' own: in a temporary folder, on a Unix socket."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from psycopg import sql

from tests.support.components import find_postgresql

_USER = "checkout_kit"
_START_TIMEOUT = 60.0
#: Fast rather than safe: nobody needs the data after a power cut.
_SETTINGS = (
    "listen_addresses=",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=200",
    "dynamic_shared_memory_type=mmap",
    "timezone=UTC",
)
#: The first version that can be told to copy a template's files: that is quicker than
#: writing each of their pages to the log, as it does by itself.
_COPIES_FILES = 150000
_DURABLE = tuple(s for s in _SETTINGS if not s.endswith("=off"))
#: The shell ends the server when we close its input, which the system does for us if
#: the test run is killed; then it removes the folder, its first argument. Its own
#: process group keeps Ctrl-C from ending it too early.
_KEEPER = """
"$@" </dev/null & server=$!
read -r _
kill -INT "$server"
wait "$server"
cd / && rm -rf "$0"
"""


class PostgresqlMissing(RuntimeError):
    """Raised when no PostgreSQL server can be had."""


class PostgresqlServer:
    """A running server; anyone who knows its folder makes databases on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def url_of(self, database: str) -> str:
        """The SQLAlchemy URL of one of its databases."""
        return f"postgresql+psycopg://{_USER}@/{database}?host={self.folder}"

    def create_database(self, template: str = "template0") -> str:
        """Make a database with a new name, as a copy of another one."""
        name = f"test_{uuid4().hex}"
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(template)
        )
        with self.connect() as connection:
            if connection.info.server_version >= _COPIES_FILES:
                statement += sql.SQL(" STRATEGY file_copy")
            connection.execute(statement)
        return name

    def drop_database(self, name: str) -> None:
        """Remove a database, whoever is connected to it."""
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        with self.connect() as connection:
            connection.execute(statement.format(sql.Identifier(name)))

    @contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """Make a database for as long as it is needed; gives its URL."""
        name = self.create_database(template)
        try:
            yield self.url_of(name)
        finally:
            self.drop_database(name)

    def connect(self) -> psycopg.Connection[Any]:
        """Connect to the maintenance database, each statement by itself."""
        return psycopg.connect(
            host=str(self.folder), user=_USER, dbname="postgres", autocommit=True
        )


@contextmanager
def running_postgresql(*, is_durable: bool = False) -> Iterator[PostgresqlServer]:
    """Run a server until the end of the block.

    :param is_durable: have commits wait for the disk, as a shop's server does.
    :raises PostgresqlMissing: if there is none, or it does not start.
    """
    programs = find_postgresql()
    if programs is None:
        raise PostgresqlMissing("there is no PostgreSQL server on this machine")
    # Socket paths are limited to some hundred characters: stay near the root.
    folder = Path(tempfile.mkdtemp(prefix="checkout-kit-pg-", dir="/tmp"))
    try:
        account = _unprivileged_account(folder)
        if account and not _is_open_to_all(programs):
            programs = _copy_programs(programs, folder)
        _initialise(programs, folder, account)
        settings = _DURABLE if is_durable else _SETTINGS
        with _started(programs, folder, account, settings) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged_account(folder: Path) -> dict[str, Any]:
    # PostgreSQL refuses to run as root.
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        os.chown(folder, user.pw_uid, user.pw_gid)
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise PostgresqlMissing("PostgreSQL needs an account other than root to run as")


def _is_open_to_all(folder: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in (folder, *folder.parents))


def _copy_programs(programs: Path, folder: Path) -> Path:
    # A wheel in root's home folder: nobody else could run it where it is. Its programs
    # find the libraries beside it by a relative path, so the copy keeps the layout.
    version, package = programs.parent, programs.parents[1]
    libraries = package.with_name(f"{package.name}.libs")
    copy = folder / "programs" / package.name / version.name
    shutil.copytree(version, copy, symlinks=True)
    if libraries.exists():
        shutil.copytree(libraries, folder / "programs" / libraries.name)
    return copy / programs.name


def _initialise(programs: Path, folder: Path, account: dict[str, Any]) -> None:
    command = [str(programs / "initdb"), "-D", str(folder / "data"), "-U", _USER]
    command += ["--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C"]
    made = subprocess.run(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        **account,
    )
    if made.returncode:
        raise PostgresqlMissing(f"initdb failed: {made.stdout[-500:]}")


@contextmanager
def _started(
    programs: Path, folder: Path, account: dict[str, Any], settings: Sequence[str]
) -> Iterator[PostgresqlServer]:
    command = ["/bin/sh", "-c", _KEEPER, str(folder), str(programs / "postgres")]
    command += ["-D", str(folder / "data"), "-k", str(folder)]
    for setting in settings:
        command += ["-c", setting]
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,
            **account,
        ),
    ):
        # Leaving the block closes the shell's input and waits for it.
        server = PostgresqlServer(folder)
        _wait_until_ready(server)
        yield server


def _wait_until_ready(server: PostgresqlServer) -> None:
    deadline = time.monotonic() + _START_TIMEOUT
    while True:
        try:
            server.connect().close()
        except psycopg.OperationalError as err:
            if time.monotonic() > deadline:
                log = (server.folder / "log").read_text(errors="replace")
                problem = f"PostgreSQL does not start: {log[-500:]}"
                raise PostgresqlMissing(problem) from err
            time.sleep(0.05)
        else:
            return
