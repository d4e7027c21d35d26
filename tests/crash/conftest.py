"""Cases of crash tests: a copy of a prepared database, and a zygote to run them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from checkout_kit.testing.clock import FakeClock
from tests.crash.books_shop import BooksShop
from tests.support.postgresql import PostgresqlServer
from tests.support.source import ROOT

#: Makes a case of a story: the URL of its database, and the provider's books.
CaseMaker = Callable[[str], dict[str, str]]


class Zygote:
    """The process that forks children, and the folder where they leave their files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "tests.crash.zygote"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )

    def run(self, task: str, **case: Any) -> dict[str, Any] | None:
        """Fork a child for a task.

        :return: its result; None if it was killed as planned.
        """
        log = self._folder / "log"
        case = {"task": task, "result": str(self._folder / "result"), **case}
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps({"log": str(log), **case}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        if answer["status"] == signal.SIGKILL:
            return None
        result: dict[str, Any] = answer["result"] or {}
        told = log.read_text()[-3000:] if log.exists() else ""
        assert answer["status"] == 0, f"{result.get('error')}\n{told}"
        return result

    def close(self) -> None:
        """End it."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(30)
        assert self._process.stdout
        self._process.stdout.close()


@pytest.fixture(scope="session")
def zygote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    """One zygote for all cases of a session."""
    made = Zygote(tmp_path_factory.mktemp("zygote"))
    yield made
    made.close()


@pytest.fixture(scope="session")
def _sqlite_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("prepared")
    _set_up(_url(folder), folder)
    return folder / "shop.db"


@pytest.fixture(scope="session")
def _postgresql_shop(
    postgresql_server: PostgresqlServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    name = postgresql_server.create_database()
    _set_up(postgresql_server.url_of(name), tmp_path_factory.mktemp("prepared"))
    yield name
    postgresql_server.drop_database(name)


def _set_up(url: str, folder: Path) -> None:
    shop = BooksShop(url, folder / "books.db", FakeClock())
    shop.set_up()
    shop.close()


def _url(folder: Path) -> str:
    return f"sqlite:///{folder / 'shop.db'}"


@pytest.fixture
def quick_folder() -> Iterator[Path]:
    """A folder in memory if there is one: a kill is no power cut, and forgets none."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


@pytest.fixture
def sqlite_case(quick_folder: Path, _sqlite_shop: Path) -> CaseMaker:
    """Makes a case on a fresh copy of the prepared SQLite database."""
    numbers = count()

    def make(story: str) -> dict[str, str]:
        folder = quick_folder / str(next(numbers))
        folder.mkdir()
        if story != "set up":
            shutil.copy(_sqlite_shop, folder / "shop.db")
        books = str(folder / "books.db")
        return {"story": story, "database": _url(folder), "books": books}

    return make


@pytest.fixture
def postgresql_case(
    quick_folder: Path, postgresql_server: PostgresqlServer, _postgresql_shop: str
) -> Iterator[CaseMaker]:
    """The same on copies of a prepared PostgreSQL database."""
    names: list[str] = []

    def make(story: str) -> dict[str, str]:
        template = "template0" if story == "set up" else _postgresql_shop
        names.append(postgresql_server.create_database(template))
        books = str(quick_folder / f"books-{len(names)}.db")
        url = postgresql_server.url_of(names[-1])
        return {"story": story, "database": url, "books": books}

    yield make
    for name in names:
        postgresql_server.drop_database(name)
