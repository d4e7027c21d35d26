"""What many rows cost: finding the due ones among the open, recording payments."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from sqlalchemy import event, select

from bench.goals import GOALS, Result
from bench.in_process import timed
from bench.kit import QuickProvider, make_kit
from bench.rounds import race, ratios
from bench.served import prepare
from checkout_kit import (
    DetectionReport,
    Invoice,
    InvoiceSnapshot,
    PaymentObservation,
    PaymentStatus,
)
from checkout_kit.domain.invoice import InvoiceStatus
from checkout_kit.services.announcing import Announcer
from checkout_kit.services.recording import Recorder
from checkout_kit.storage import tables
from checkout_kit.storage.encryption import SecretBox
from checkout_kit.storage.engine import Database
from checkout_kit.storage.unit_of_work import UnitOfWork
from checkout_kit.wiring import EXTENSION_NAME, Services

_GOALS = {goal.key: goal for goal in GOALS}
_INDEX = "ix_checkout_kit_invoice_due"
_DUE, _PAYMENTS = 100, 1000
#: So many of the thousand are recorded one by one: their rate does not change.
_SINGLES = 150


def measure_due(folder: Path, postgresql_url: Callable[[], str]) -> Result:
    """Claim 100 due invoices among few and among many open ones, on both databases."""
    now = datetime.now(timezone.utc)
    sides = {}
    for kind in ("sqlite", "postgresql"):
        for count in (1_000, 100_000):
            url = f"sqlite:///{folder / f'due-{count}.sqlite'}"
            database = _open_invoices(
                url if kind == "sqlite" else postgresql_url(), count, now
            )
            _check_plan(database, now)
            sides[f"{kind}-{count}"] = _claiming(database, now)
    found = race("due invoices", sides, rounds=15)
    # The worse of the two databases counts.
    pairs = [
        ratios(found[f"{kind}-100000"], found[f"{kind}-1000"])
        for kind in ("sqlite", "postgresql")
    ]
    goal = _GOALS["due"]
    return max((Result(goal, pair) for pair in pairs), key=lambda result: result.ratio)


def _open_invoices(url: str, count: int, now: datetime) -> Database:
    """Make so many open invoices of one checkout, a hundred of them due."""
    prepare(url)
    database = Database(url)
    with database.transaction(write=True) as connection:
        template = dict(connection.execute(select(tables.invoice)).one()._mapping)
        later = now + timedelta(hours=1)
        step = count // _DUE
        connection.execute(
            tables.invoice.insert(),
            [
                {
                    **template,
                    "id": f"{number:032}",
                    "operation_key": f"key-{number}",
                    "reference": f"reference-{number}",
                    "next_check_at": now if number % step == 0 else later,
                }
                for number in range(count)
            ],
        )
        connection.commit()
    with database.engine.connect().execution_options(
        isolation_level="AUTOCOMMIT"
    ) as connection:
        if not database.is_sqlite:
            connection.exec_driver_sql("ANALYZE")
    return database


def _claim(database: Database, now: datetime) -> None:
    with database.transaction(write=True) as connection:
        found = UnitOfWork(connection, SecretBox()).invoices.claim_due(
            now + timedelta(seconds=1),
            status=InvoiceStatus.OPEN,
            limit=_DUE,
            seconds=60,
        )
        # Not committed: the next round finds them again.
        assert len(found) == _DUE, len(found)  # noqa: S101


def _claiming(database: Database, now: datetime) -> Callable[[], float]:
    return lambda: timed(lambda: _claim(database, now))


def _check_plan(database: Database, now: datetime) -> None:
    """Refuse to measure a selection that reads more than its index."""
    statements: list[tuple[str, Any]] = []

    def note(
        connection: Any, cursor: Any, text: str, values: Any, context: Any, many: bool
    ) -> None:
        if text.startswith("SELECT") and "next_check_at <=" in text:
            statements.append((text, values))

    event.listen(database.engine, "before_cursor_execute", note)
    _claim(database, now)
    event.remove(database.engine, "before_cursor_execute", note)
    explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
    text, values = statements[0]
    with database.transaction(write=False) as connection:
        rows = connection.exec_driver_sql(explain + text, values).all()
    plan = "\n".join(str(row) for row in rows)
    assert _INDEX in plan, plan  # noqa: S101


def measure_recording(folder: Path) -> Result:
    """Record a thousand payments in one report, and in a thousand reports."""
    template = folder / "payments.sqlite"
    _payable(f"sqlite:///{template}")
    number = iter(range(1000))

    def recording(size: int, count: int) -> Callable[[], float]:
        def measure() -> float:
            copy = folder / f"payments-{next(number)}.sqlite"
            shutil.copy(template, copy)
            kit, app = make_kit(f"sqlite:///{copy}", {"quick": QuickProvider})
            services: Services = app.extensions[EXTENSION_NAME]
            with app.app_context():
                seconds = _record(services, size, count)
                kit.close()
            copy.unlink()
            return count / seconds

        return measure

    sides = {"batch": recording(_PAYMENTS, _PAYMENTS), "single": recording(1, _SINGLES)}
    found = race("recording", sides)
    return Result(_GOALS["recording"], ratios(found["batch"], found["single"]))


def _payable(url: str) -> None:
    """Make a thousand checkouts, each with an open invoice."""
    prepare(url)
    database = Database(url)
    with database.transaction(write=True) as connection:
        checkout = dict(connection.execute(select(tables.checkout)).one()._mapping)
        invoice = dict(connection.execute(select(tables.invoice)).one()._mapping)
        ids = [f"{number:032}" for number in range(_PAYMENTS)]
        connection.execute(
            tables.checkout.insert(),
            [{**checkout, "id": id, "token": f"token-{id}"} for id in ids],
        )
        connection.execute(
            tables.invoice.insert(),
            [
                {
                    **invoice,
                    "id": f"invoice-{id}",
                    "checkout_id": id,
                    "operation_key": f"key-{id}",
                    "reference": f"reference-{id}",
                    "check_no": 2,
                }
                for id in ids
            ],
        )
        connection.commit()
    database.dispose()


def _record(services: Services, size: int, count: int) -> float:
    with services.basis.units.read() as unit:
        invoices = [
            invoice
            for checkout in unit.checkouts.find_all(
                [f"{number:032}" for number in range(_PAYMENTS)],
                services.basis.clock.now(),
            )
            for invoice in checkout.invoices
        ]
    batches = [invoices[n : n + size] for n in range(0, count, size)]
    # No provider settles here, as with the quick one.
    recorder = Recorder(services.basis, Announcer(lambda invoice: None))
    started = services.basis.clock.now()

    def record() -> None:
        for batch in batches:
            recorder.record("quick", batch, _report(batch), started)

    return timed(record)


def _report(invoices: list[Invoice]) -> DetectionReport:
    return DetectionReport(
        {
            invoice.id: InvoiceSnapshot(
                [
                    PaymentObservation(
                        f"payment-{invoice.id}", invoice.amount, PaymentStatus.CONFIRMED
                    )
                ]
            )
            for invoice in invoices
        }
    )
