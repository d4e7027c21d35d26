"""The database fixtures: new, empty or migrated, and of the kind that they say."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect

from tests.support import postgresql
from tests.support.components import find_postgresql
from tests.support.postgresql import running_postgresql


def test_an_empty_database_is_empty(database_url: str) -> None:
    assert _tables(database_url) == []


def test_a_migrated_database_has_the_tables(migrated_database_url: str) -> None:
    assert "checkout_kit_checkout" in {
        name.removesuffix("s") for name in _tables(migrated_database_url)
    }


@pytest.mark.postgresql
def test_every_test_gets_a_database_of_its_own(
    postgresql_server: postgresql.PostgresqlServer,
) -> None:
    with postgresql_server.database() as one, postgresql_server.database() as other:
        engine = create_engine(one)
        with engine.begin() as connection:
            connection.exec_driver_sql("CREATE TABLE mark (id integer)")
        engine.dispose()
        assert _tables(one) == ["mark"]
        assert _tables(other) == []


@pytest.mark.postgresql
@pytest.mark.slow
def test_the_server_ends_with_its_block(postgresql_url: str) -> None:
    with running_postgresql() as server:
        pid = int((server.folder / "data" / "postmaster.pid").read_text().split()[0])
        os.kill(pid, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert not server.folder.exists()


@pytest.mark.postgresql
@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become someone else")
def test_root_runs_programs_that_only_root_can_reach(
    postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = find_postgresql()
    assert programs is not None
    # pytest's own temporary folder is closed to everyone else, as root's home is.
    (tmp_path / "programs").symlink_to(programs.parent)
    hidden = tmp_path / "programs" / programs.name
    monkeypatch.setattr(postgresql, "find_postgresql", lambda: hidden)
    with running_postgresql() as server, server.database() as url:
        assert _tables(url) == []


def _tables(url: str) -> list[str]:
    engine = create_engine(url)
    try:
        return inspect(engine).get_table_names()
    finally:
        engine.dispose()
