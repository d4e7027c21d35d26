"""Fixtures and rules of all tests: no network, real components, chosen kinds."""

from __future__ import annotations

import gc
import shutil
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from playwright.sync_api import Browser, sync_playwright

from checkout_kit import wiring
from checkout_kit.storage.engine import Database
from checkout_kit.storage.schema import upgrade_schema
from checkout_kit.testing.clock import FakeClock
from tests.support.components import NOT_TESTED, find_chromium, miss
from tests.support.postgresql import (
    PostgresqlMissing,
    PostgresqlServer,
    running_postgresql,
)
from tests.support.quick_apps import compiled_once
from tests.support.quick_disk import nothing_forced_to_disk
from tests.support.quick_statements import statements_compiled_once
from tests.support.sockets import SocketGuard, loopback_only

# A project of its own, tested where it is installed.
collect_ignore = ["third_party"]

# The score card of the conformance kit is printed by the main process.
pytest_plugins = ["checkout_kit.testing"]

#: Not even collected by a plain ``pytest``: whole systems are tested here, with
#: servers, browsers and simulators, not units.
_OF_SYSTEMS = frozenset(
    {
        "concurrency",
        "conformance",
        "crash",
        "e2e",
        "embedding",
        "example_shop",
        "outgoing",
        "plugins",
        "security",
        "selling",
        "web/api",
        "widgets",
    }
)
#: Left out of a plain ``pytest``; see ``--everything``.
_LEFT_OUT = frozenset({"slow", "browser", "postgresql"})
_CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # The socket guard does not reach into the browser; this is its counterpart.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]
#: What xdist's main process hands to its workers: the server's folder, or a problem.
_SERVER = "checkout_kit_postgresql"
_PROBLEM = "checkout_kit_postgresql_problem"
_RUNNING = pytest.StashKey[ExitStack]()
_WORKER_INPUT = pytest.StashKey[dict[str, str]]()

hypothesis.settings.register_profile("plain", deadline=None, max_examples=25)
# The same examples at every run: a red build must be red for everyone.
hypothesis.settings.register_profile(
    "everything", deadline=None, max_examples=300, derandomize=True
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--everything``."""
    parser.addoption(
        "--everything",
        action="store_true",
        help="run slow, browser and PostgreSQL tests too, as `make test` does",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Choose how long property tests search."""
    thorough = config.getoption("--everything")
    hypothesis.settings.load_profile("everything" if thorough else "plain")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the folders of whole systems out unless something was asked for.

    Asked for means: ``--everything``, an ``-m`` of one's own, or any path.
    """
    is_plain = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    if config.getoption("--everything") or config.getoption("-m") or not is_plain:
        return None
    folder = collection_path.relative_to(config.rootpath / "tests").as_posix()
    return True if folder in _OF_SYSTEMS else None


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Leave slow, browser and PostgreSQL tests out unless they were asked for.

    Asked for means: ``--everything``, an ``-m`` of one's own, or a test by its name.
    """
    if config.getoption("--everything") or config.getoption("-m"):
        return
    named = [argument for argument in config.args if "::" in argument]
    left_out = [
        item
        for item in items
        if not named and any(item.get_closest_marker(mark) for mark in _LEFT_OUT)
    ]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]


def pytest_collection_finish(session: pytest.Session) -> None:
    """Spare the collector of garbage what stays until the end: thousands of tests.

    Else it looks through all of it again and again, for half a second at a time, in
    the middle of tests whose providers have less time than that to answer.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(
    terminalreporter: Any,
) -> Generator[None, object, object]:
    """Say loudly, in one line each, which components were missing, at the very end."""
    result = yield
    # The reason is the last part of where, line and reason.
    reasons = [
        report.longrepr[2] for report in terminalreporter.stats.get("skipped", [])
    ]
    missed = Counter(
        reason.partition(f"{NOT_TESTED}: ")[2]
        for reason in reasons
        if NOT_TESTED in reason
    )
    for problem, count in sorted(missed.items()):
        line = f"!!! {NOT_TESTED} ({count} skipped): {problem} !!!"
        terminalreporter.write_line(line, red=True, bold=True)
    return result


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Start one PostgreSQL server for all workers of xdist."""
    config: pytest.Config = node.config
    if _RUNNING not in config.stash:
        config.stash[_RUNNING] = ExitStack()
        try:
            server = config.stash[_RUNNING].enter_context(running_postgresql())
        except PostgresqlMissing as err:
            config.stash[_WORKER_INPUT] = {_PROBLEM: str(err)}
        else:
            config.stash[_WORKER_INPUT] = {_SERVER: str(server.folder)}
    node.workerinput.update(config.stash[_WORKER_INPUT])


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the server of the workers."""
    if _RUNNING in config.stash:
        config.stash[_RUNNING].close()


@pytest.fixture(scope="session", autouse=True)
def _loopback_session() -> Iterator[SocketGuard]:
    with loopback_only() as guard:
        yield guard


@pytest.fixture(scope="session", autouse=True)
def _quick_apps() -> Iterator[None]:
    with compiled_once(), statements_compiled_once(), nothing_forced_to_disk():
        yield


@pytest.fixture(autouse=True)
def socket_guard(_loopback_session: SocketGuard) -> Iterator[SocketGuard]:
    """Fail a test that tried to reach another machine, even if it hid the error."""
    _loopback_session.attempts.clear()
    yield _loopback_session
    assert _loopback_session.attempts == [], "tests talk to loopback only"


@pytest.fixture
def clock() -> FakeClock:
    """A clock that stands still until the test moves it."""
    return FakeClock()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A real Chromium for the whole session; make a new context per test."""
    executable = find_chromium()
    if executable is None:
        miss("there is no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, headless=True, args=_CHROMIUM_ARGUMENTS
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def postgresql_server(request: pytest.FixtureRequest) -> Iterator[PostgresqlServer]:
    """The tests' own PostgreSQL server: one for all workers of a run."""
    given: dict[str, str] = getattr(request.config, "workerinput", {})
    if _SERVER in given:
        yield PostgresqlServer(Path(given[_SERVER]))
        return
    if _PROBLEM in given:
        miss(given[_PROBLEM])
    with ExitStack() as running:
        try:
            server = running.enter_context(running_postgresql())
        except PostgresqlMissing as err:
            miss(str(err))
        yield server


@pytest.fixture(scope="session")
def postgresql_url(postgresql_server: PostgresqlServer) -> Iterator[str]:
    """The URL of an empty PostgreSQL database, one per worker and session."""
    with postgresql_server.database() as url:
        yield url


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a new, empty database; the test runs once on each kind."""
    if request.param == "sqlite":
        yield _sqlite_url(tmp_path)
        return
    server: PostgresqlServer = request.getfixturevalue("postgresql_server")
    with server.database() as url:
        yield url


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template")
    _upgrade(_sqlite_url(folder))
    return folder / "checkout_kit.db"


@pytest.fixture(scope="session", autouse=True)
def _quick_tables(_sqlite_template: Path) -> Iterator[None]:
    """Have every kit with a new SQLite file begin with a copy of the tables."""

    def upgrade_copy(database: Database) -> str:
        path = Path(database.engine.url.database or "")
        if database.is_sqlite and path.suffix and not path.exists():
            database.make_folder()
            shutil.copy(_sqlite_template, path)
        return upgrade_schema(database)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wiring, "upgrade_schema", upgrade_copy)
        yield


@pytest.fixture(scope="session")
def _postgresql_template(postgresql_server: PostgresqlServer) -> Iterator[str]:
    name = postgresql_server.create_database()
    try:
        _upgrade(postgresql_server.url_of(name))
        yield name
    finally:
        postgresql_server.drop_database(name)


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
)
def migrated_database_url(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[str]:
    """Like ``database_url``, but with the kit's tables in it: a copy, so it's quick."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("_sqlite_template")
        shutil.copy(template, tmp_path / template.name)
        yield _sqlite_url(tmp_path)
        return
    server: PostgresqlServer = request.getfixturevalue("postgresql_server")
    with server.database(request.getfixturevalue("_postgresql_template")) as url:
        yield url


def _sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'checkout_kit.db'}"


def _upgrade(url: str) -> None:
    database = Database(url)
    try:
        upgrade_schema(database)
    finally:
        database.dispose()
