"""Rows that many write first: nobody fails on what another one has just written."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import PIPE
from typing import Any

import pytest
from sqlalchemy import func, select, text

from checkout_kit import CheckoutKit, DetectionReport, InvoiceSnapshot
from checkout_kit.storage import tables
from checkout_kit.testing.clock import FakeClock
from checkout_kit.wiring import Services
from tests.fakes.scripted import Script, scripted_kit, ten_dollars
from tests.support.source import ROOT

pytestmark = pytest.mark.slow

_AT_ONCE = 6


@pytest.fixture
def processes(
    migrated_database_url: str, clock: FakeClock
) -> Iterator[list[tuple[CheckoutKit, Services]]]:
    """Kits with engines of their own on one database, as in so many processes."""
    made = [
        scripted_kit(migrated_database_url, clock, Script()) for _ in range(_AT_ONCE)
    ]
    yield [(kit, app.extensions["checkout_kit"]) for kit, app in made]
    for _, app in made:
        app.extensions["checkout_kit"].database.dispose()


def _at_once(*works: Callable[[], object]) -> list[Exception]:
    """Do works side by side; gives what they raised."""
    raised: list[Exception] = []
    gate = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        gate.wait(30)
        try:
            work()
        except Exception as err:
            raised.append(err)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return raised


def _empty(services: Services, table: str) -> None:
    with services.database.transaction(write=True) as connection:
        # The names are constants of this module.
        connection.execute(text(f"DELETE FROM checkout_kit_{table}"))  # noqa: S608
        connection.commit()


def test_an_installation_has_one_id(
    processes: list[tuple[CheckoutKit, Services]],
) -> None:
    for _ in range(5):
        _empty(processes[0][1], "installation")
        assert _at_once(*(kit.init_db for kit, _ in processes)) == []
        with processes[0][1].database.transaction(write=False) as connection:
            number = connection.execute(
                select(func.count()).select_from(tables.installation)
            ).scalar_one()
        assert number == 1


def test_an_empty_database_is_set_up_by_many_at_once(
    database_url: str, tmp_path: Path
) -> None:
    """As where all replicas of a shop run init-db when they are started."""
    program = (
        "import sys; from pathlib import Path;"
        "from tests.crash.books_shop import BooksShop;"
        "from checkout_kit.testing.clock import FakeClock;"
        "shop = BooksShop(sys.argv[1], Path(sys.argv[2]), FakeClock());"
        "print('ready', flush=True); sys.stdin.readline(); shop.services.init_db()"
    )
    command = [sys.executable, "-c", program, database_url, str(tmp_path / "books")]
    replicas = [
        subprocess.Popen(
            command, cwd=ROOT, stdin=PIPE, stdout=PIPE, stderr=PIPE, text=True
        )
        for _ in range(3)
    ]
    for replica in replicas:
        assert replica.stdout and replica.stdout.readline() == "ready\n"
    told = [replica.communicate("go\n", timeout=60)[1] for replica in replicas]
    assert [replica.returncode for replica in replicas] == [0, 0, 0], told


def test_a_breaker_is_noted_by_many_at_once(
    processes: list[tuple[CheckoutKit, Services]], clock: FakeClock
) -> None:
    def note(services: Services) -> None:
        with services.basis.units.write() as unit:
            unit.health.note_breaker(
                "scripted", is_open=True, problem=None, now=clock.now()
            )
            unit.commit()

    for _ in range(5):
        _empty(processes[0][1], "provider_health")
        works = [lambda s=services: note(s) for _, services in processes]
        assert _at_once(*works) == []


def test_a_step_is_recorded_by_many_at_once(
    processes: list[tuple[CheckoutKit, Services]], clock: FakeClock
) -> None:
    """As where a claim ran out while its plugin was still at work."""

    def record(services: Services, step: str) -> None:
        with services.basis.units.write() as unit:
            unit.operations.record("key", step, {"n": 1}, clock.now())
            unit.commit()

    for number in range(5):
        works = [
            lambda s=services, n=number: record(s, f"step-{n}")
            for _, services in processes
        ]
        assert _at_once(*works) == []


def test_marking_many_invoices_as_due_meets_their_schedule(
    processes: list[tuple[CheckoutKit, Services]], clock: FakeClock
) -> None:
    """A webhook names invoices while a batch of them is scheduled: no deadlock."""
    kit = processes[0][0]
    invoices = [
        kit.commit_checkout(kit.create_checkout(ten_dollars()).id, "scripted:BTC")
        for _ in range(20)
    ]
    ids = [invoice.id for invoice in invoices]

    def look(services: Services) -> None:
        for _ in range(15):
            clock.advance(60)
            with services.basis.units.read() as unit:
                found = [unit.invoices.get(invoice_id) for invoice_id in ids]
            batch = [invoice for invoice in found if invoice is not None]
            report = DetectionReport({i.id: InvoiceSnapshot() for i in batch})
            services.detection._take_in(batch, clock.now(), report)

    def make_due(services: Services) -> None:
        for _ in range(30):
            with services.basis.units.write() as unit:
                unit.invoices.make_due(clock.now(), invoice_ids=ids)
                unit.commit()

    works: list[Any] = []
    for number, (_, services) in enumerate(processes):
        if number % 2:
            works.append(lambda s=services: make_due(s))
        else:
            works.append(lambda s=services: look(s))
    assert _at_once(*works) == []
