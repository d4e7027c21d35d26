"""The worker: started where it should be, once per process, and hard to kill."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from checkout_kit import CheckoutKit
from checkout_kit.worker import loop as loop_module
from checkout_kit.worker.due import DueReport
from checkout_kit.worker.loop import WorkerLoop


class FakeWork:
    """Counts passes, and fails where a test wants it."""

    def __init__(self, on_local: Callable[[], None] = lambda: None) -> None:
        self.provider = 0
        self.local = 0
        self.outgoing = 0
        self.lanes = self
        self._on_local = on_local

    def run_provider_work(self) -> DueReport:
        self.provider += 1
        return DueReport()

    def run_local_work(self) -> DueReport:
        self.local += 1
        self._on_local()
        return DueReport()

    def run_outgoing_work(self) -> DueReport:
        self.outgoing += 1
        return DueReport()

    def stop(self, timeout: float) -> None:
        self.is_stopped = True


def _wait_for(condition: Callable[[], bool]) -> None:
    for _ in range(200):
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError("it did not happen in time")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Don't wait a second between passes."""
    monkeypatch.setattr(loop_module, "INTERVAL", 0.01)


_BEFORE: set[threading.Thread] = set()


@pytest.fixture(autouse=True)
def only_ours() -> None:
    """Don't count threads that another test of this process left behind."""
    _BEFORE.clear()
    _BEFORE.update(threading.enumerate())


def _threads() -> int:
    return sum(
        thread.name.startswith("checkout-kit-worker")
        for thread in threading.enumerate()
        if thread not in _BEFORE
    )


def test_all_kinds_of_work_are_run_until_stopped() -> None:
    work: Any = FakeWork()
    loop = WorkerLoop(work)
    loop.ensure_started()
    loop.ensure_started()
    _wait_for(lambda: min(work.provider, work.local, work.outgoing) > 2)
    assert _threads() == 3
    loop.stop()
    assert _threads() == 0
    assert work.is_stopped


def test_an_error_does_not_end_the_worker() -> None:
    def fail() -> None:
        raise RuntimeError("the database is away")

    work: Any = FakeWork(fail)
    loop = WorkerLoop(work)
    loop.ensure_started()
    _wait_for(lambda: work.local > 2)
    loop.stop()


def test_who_lacks_the_lease_does_nothing() -> None:
    work: Any = FakeWork()
    loop = WorkerLoop(work, lambda name, token, seconds: name == "local")
    loop.ensure_started()
    _wait_for(lambda: work.local > 2)
    loop.stop()
    assert work.provider == work.outgoing == 0


def _app(tmp_path: Any, **config: Any) -> tuple[CheckoutKit, Flask]:
    app = Flask("worker")
    app.config.update(
        SECRET_KEY="x",
        CHECKOUT_KIT_PUBLIC_URL="http://127.0.0.1:5000",
        CHECKOUT_KIT_DATABASE_URL=f"sqlite:///{tmp_path / 'kit.db'}",
        **config,
    )
    kit = CheckoutKit(app)
    kit.init_db()
    return kit, app


def test_the_first_request_starts_the_thread(tmp_path: Any) -> None:
    kit, app = _app(tmp_path)
    assert _threads() == 0
    app.test_client().get("/nothing")
    assert _threads() == 3
    with app.app_context():
        kit.close()


@pytest.mark.parametrize(
    "config", [{"TESTING": True}, {"CHECKOUT_KIT_WORKER": "external"}]
)
def test_no_thread_in_tests_or_beside_an_external_worker(
    tmp_path: Any, config: dict[str, Any]
) -> None:
    _, app = _app(tmp_path, **config)
    app.test_client().get("/nothing")
    assert _threads() == 0
    app.extensions["checkout_kit"].database.dispose()


def test_commands_start_no_thread(tmp_path: Any) -> None:
    _, app = _app(tmp_path)
    app.test_cli_runner().invoke(args=["checkout", "plugins"])
    assert _threads() == 0
    app.extensions["checkout_kit"].database.dispose()
