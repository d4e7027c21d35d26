"""Real servers: the worker's threads run where requests are served, nowhere else."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest
import requests

from checkout_kit.wiring import SystemClock
from tests.concurrency.served_shop import BOOKS, DATABASE, MASTER
from tests.crash.books_plugin import METHOD
from tests.crash.books_shop import BooksShop
from tests.support.source import ROOT

pytestmark = pytest.mark.slow

_MODULE = "tests.concurrency.served_shop"
_APP = f"{_MODULE}:create_app()"
_WORKERS = [f"checkout-kit-worker-{name}" for name in ("local", "outgoing", "provider")]
_ADDRESS = re.compile(r"(?:Listening at:|Running on) (http://127\.0\.0\.1:\d+)")
_TIMEOUT = 60.0

FoundT = TypeVar("FoundT")


@pytest.fixture
def shop(database_url: str, tmp_path: Path) -> Iterator[BooksShop]:
    """The shop's database, with an order that is paid but for the kit's knowing."""
    made = BooksShop(database_url, tmp_path / "books.db", SystemClock())
    made.set_up()
    checkout = made.make_order()
    with made.app.app_context():
        invoice = made.kit.commit_checkout(checkout.id, METHOD)
    made.books.deposit("deposit", int(invoice.reference or 0), invoice.amount)
    made.send_webhook(str(invoice.reference))
    yield made
    made.close()


@contextmanager
def _serving(
    shop: BooksShop, folder: Path, *arguments: str
) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Run a server until the end of the block; gives its process and its address."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        DATABASE: shop.app.config["SQLALCHEMY_DATABASE_URI"],
        BOOKS: str(shop.books.path),
        MASTER: str(folder / "master.txt"),
    }
    log = folder / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
        )
    try:
        address = _wait_for(lambda: _ADDRESS.search(log.read_text()), log)[1]
        yield server, address
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(_TIMEOUT)


def _wait_for(look: Callable[[], FoundT | None], log: Path | None = None) -> FoundT:
    deadline = time.monotonic() + _TIMEOUT
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    told = log.read_text() if log else ""
    raise AssertionError(f"it did not happen in time\n{told[-3000:]}")


def _ask(address: str) -> dict[str, Any]:
    answer = requests.get(f"{address}/process", timeout=_TIMEOUT)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in listed.split()]


def _count_threads(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


def _is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def _times_paid(shop: BooksShop) -> int:
    with shop.app.app_context():
        session: Any = shop.db.session
        session.rollback()
        found: int = session.get(shop.order_class, 1).times_paid
        return found


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="there is no /proc")
@pytest.mark.parametrize("preload", [False, True], ids=["each", "preload"])
def test_gunicorn_runs_the_worker_in_its_workers_alone(
    shop: BooksShop, tmp_path: Path, preload: bool
) -> None:
    options = ["--config", f"python:{_MODULE}", "--workers", "2"]
    options += ["--bind", "127.0.0.1:0", *["--preload"] * preload]
    with _serving(shop, tmp_path, "gunicorn", *options, _APP) as (server, address):
        children = _wait_for(lambda: _two(_children(server.pid)))
        assert [_count_threads(pid) for pid in children] == [1, 1]
        told = _ask_all(address, children)
        # The first request has started every thread in each.
        for process in told.values():
            assert process["workers"] == _WORKERS
            assert process["parent"] == server.pid
            assert process["is_forked"] is preload
            assert process["has_own_engine"] is preload
            assert process["has_own_connection"] or not preload
        # Both are at work; the order is paid once.
        _wait_for(lambda: _times_paid(shop))
        time.sleep(1.5)
        assert _times_paid(shop) == 1
        # Who takes a worker's place starts threads of its own, and only when asked.
        os.kill(children[0], signal.SIGTERM)
        (new,) = _wait_for(lambda: _replaced(server.pid, children))
        _wait_for(lambda: _count_threads(new) == 1)
        assert _ask_all(address, [new])[new]["workers"] == _WORKERS
    assert server.returncode == 0
    assert "checkout-kit" not in (tmp_path / "master.txt").read_text()
    assert not any(_is_running(pid) for pid in [server.pid, new, *children])


def _two(children: list[int]) -> list[int] | None:
    return children if len(children) == 2 else None


def _replaced(server: int, children: list[int]) -> set[int]:
    return set(_children(server)) - set(children)


def _ask_all(address: str, wanted: list[int]) -> dict[int, dict[str, Any]]:
    """Ask until each of these processes has answered."""
    told: dict[int, dict[str, Any]] = {}

    def look() -> bool:
        process = _ask(address)
        told[process["pid"]] = process
        return set(wanted) <= set(told)

    _wait_for(look)
    return {pid: told[pid] for pid in wanted}


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="there is no /proc")
def test_the_reloader_runs_the_worker_in_its_child_alone(
    shop: BooksShop, tmp_path: Path
) -> None:
    watched = tmp_path / "watched.txt"
    watched.touch()
    arguments = ["flask", "--app", _APP, "run", "--debug", "--port", "0"]
    arguments += ["--extra-files", str(watched)]
    with _serving(shop, tmp_path, *arguments) as (server, address):
        first = _wait_for(lambda: _asked(address))
        assert first["workers"] == _WORKERS
        assert first["parent"] == server.pid
        assert _count_threads(server.pid) == 1
        _wait_for(lambda: _times_paid(shop))
        watched.write_text("changed")
        second = _wait_for(lambda: _asked(address, other_than=first["pid"]))
        assert second["workers"] == _WORKERS
        assert second["parent"] == server.pid
        assert _count_threads(server.pid) == 1
        assert not _is_running(first["pid"])
        assert _times_paid(shop) == 1
        os.kill(second["pid"], signal.SIGTERM)


def _asked(address: str, *, other_than: int = 0) -> dict[str, Any] | None:
    try:
        process = _ask(address)
    except requests.ConnectionError:
        return None
    return process if process["pid"] != other_than else None
