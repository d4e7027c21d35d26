"""Units of work: rolled back by default, one writer at a time, claims that hold."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Iterator
from datetime import datetime, timezone

import pytest
from sqlalchemy import select

from checkout_kit import DatabaseBusy
from checkout_kit.domain.delivery import Subscription
from checkout_kit.services.operations import StoredOperation
from checkout_kit.storage import engine as engine_module
from checkout_kit.storage import tables
from checkout_kit.storage.engine import Database
from checkout_kit.storage.unit_of_work import UnitOfWorkFactory
from checkout_kit.testing.clock import FakeClock

NOW = datetime(2026, 1, 5, 12, tzinfo=timezone.utc)


@pytest.fixture
def database(migrated_database_url: str) -> Iterator[Database]:
    """A database with the kit's tables."""
    database = Database(migrated_database_url)
    yield database
    database.dispose()


@pytest.fixture
def units(database: Database) -> UnitOfWorkFactory:
    """Units of work on it."""
    return UnitOfWorkFactory(database)


def test_a_unit_has_one_store_of_each_kind(units: UnitOfWorkFactory) -> None:
    # What a store remembers of a transaction is not asked for twice.
    with units.read() as unit, units.read() as other:
        assert unit.checkouts is unit.checkouts
        assert unit.customers is unit.customers
        assert unit.checkouts is not other.checkouts


def test_nothing_is_kept_without_a_commit(units: UnitOfWorkFactory) -> None:
    with units.write() as unit:
        unit.operations.record("k", "s", {"a": 1}, NOW)
    with units.read() as unit:
        assert unit.operations.recall("k", "s") is None


def test_an_error_takes_everything_back(units: UnitOfWorkFactory) -> None:
    with pytest.raises(RuntimeError), units.write() as unit:
        unit.operations.record("k", "s", {"a": 1}, NOW)
        raise RuntimeError
    with units.read() as unit:
        assert unit.operations.recall("k", "s") is None


def test_a_step_recorded_again_takes_the_new_data(units: UnitOfWorkFactory) -> None:
    for value in (1, 2):
        with units.write() as unit:
            unit.operations.record("k", "s", {"a": value}, NOW)
            unit.commit()
    with units.read() as unit:
        assert unit.operations.recall("k", "s") == {"a": 2}


def test_a_subject_is_reserved_by_one_operation_until_it_is_released(
    units: UnitOfWorkFactory,
) -> None:
    clock = FakeClock(NOW)
    first = StoredOperation("settle:1:1", units, clock)
    second = StoredOperation("settle:2:1", units, clock)
    assert first.reserve("account:7") is None
    assert first.reserve("account:7") is None
    assert second.reserve("account:7") == first.key
    assert second.reserve("account:8") is None
    with units.read() as unit:
        assert unit.operations.reservations() == [
            ("account:7", first.key, NOW),
            ("account:8", second.key, NOW),
        ]
    # Only who has it lets go, and an operation of the same key is the same one.
    second.release("account:7")
    assert second.reserve("account:7") == first.key
    StoredOperation(first.key, units, clock).release("account:7")
    assert second.reserve("account:7") is None
    assert first.reserve("account:7") == second.key


def test_many_threads_reserve_a_subject_for_one(units: UnitOfWorkFactory) -> None:
    gate = threading.Barrier(8)
    holders: list[str | None] = []

    def try_it(number: int) -> None:
        operation = StoredOperation(f"settle:{number}", units, FakeClock(NOW))
        gate.wait()
        holders.append(operation.reserve("account:7"))

    threads = [threading.Thread(target=try_it, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert holders.count(None) == 1
    assert len({holder for holder in holders if holder}) == 1


def test_times_come_back_aware_and_exact(units: UnitOfWorkFactory) -> None:
    moment = NOW.replace(microsecond=123456)
    with units.write() as unit:
        unit.health.note_breaker("p", is_open=True, problem="x", now=moment)
        unit.commit()
    with units.read() as unit:
        assert list(unit.health.breakers()) == [("p", True, moment, "x")]


def test_a_naive_time_is_refused(units: UnitOfWorkFactory) -> None:
    with pytest.raises(Exception, match="zone"), units.write() as unit:
        unit.health.note_breaker(
            "p", is_open=True, problem=None, now=datetime(2026, 1, 1)
        )


def test_the_same_webhook_is_remembered_once(units: UnitOfWorkFactory) -> None:
    with units.write() as unit:
        assert unit.inbox.remember_webhook("p", "digest", NOW)
        unit.commit()
    with units.write() as unit:
        assert not unit.inbox.remember_webhook("p", "digest", NOW)
        assert unit.inbox.remember_webhook("q", "digest", NOW)


def test_a_lease_has_one_holder(units: UnitOfWorkFactory) -> None:
    with units.write() as unit:
        assert unit.health.hold_lease("worker", "a", seconds=60)
        assert unit.health.hold_lease("worker", "a", seconds=60)
        assert not unit.health.hold_lease("worker", "b", seconds=60)
        unit.commit()


def test_a_lease_that_ran_out_is_free(units: UnitOfWorkFactory) -> None:
    with units.write() as unit:
        assert unit.health.hold_lease("worker", "a", seconds=-1)
        assert unit.health.hold_lease("worker", "b", seconds=60)


def test_the_installation_has_one_id(units: UnitOfWorkFactory) -> None:
    with units.write() as unit:
        first = unit.health.installation_id(NOW)
        unit.commit()
    with units.write() as unit:
        assert unit.health.installation_id(NOW) == first


def test_each_due_event_is_dispatched_once_by_many(units: UnitOfWorkFactory) -> None:
    with units.write() as unit:
        for number in range(20):
            unit.events.append(
                event_id=str(number),
                store_id="default",
                checkout_id=None,
                type="deposit.unmatched",
                created_at=NOW,
                data={},
                once_key=None,
            )
        unit.commit()
    claimed: list[int] = []

    def work() -> None:
        with units.write() as unit:
            events = unit.events.undispatched(limit=100)
            unit.events.dispatch(
                {event.sequence: [Subscription("a")] for event in events}, NOW
            )
            unit.commit()
        with units.write() as unit:
            found = unit.deliveries.claim(NOW, lane="", limit=5, seconds=60)
            unit.commit()
        claimed.extend(due.event.sequence for due in found)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(claimed) == len(set(claimed))
    with units.read() as unit:
        rows = unit.connection.execute(select(tables.delivery)).all()
    assert len(rows) == 20


def test_an_event_with_a_key_is_written_once(units: UnitOfWorkFactory) -> None:
    from sqlalchemy.exc import IntegrityError

    def append(unit: object, event_id: str) -> None:
        unit.events.append(  # type: ignore[attr-defined]
            event_id=event_id,
            store_id="default",
            checkout_id=None,
            type="checkout.paid",
            created_at=NOW,
            data={},
            once_key="checkout.paid:1",
        )

    with units.write() as unit:
        append(unit, "a")
        unit.commit()
    with pytest.raises(IntegrityError), units.write() as unit:
        append(unit, "b")


def test_a_database_locked_by_others_is_named(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "BUSY_TIMEOUT", 0.1)
    monkeypatch.setattr(engine_module, "TURN_TIMEOUT", 0.1)
    url = f"sqlite:///{tmp_path}/kit.db"
    mine, theirs = Database(url), Database(url)
    with mine.transaction(write=True):
        with pytest.raises(DatabaseBusy, match="nothing was changed"):
            with theirs.transaction(write=True):
                pass
        # Within one process a lock stands before the database's own.
        with pytest.raises(DatabaseBusy):
            with mine.transaction(write=True):
                pass
    mine.dispose()
    theirs.dispose()


def test_readers_do_not_wait_for_a_writer(tmp_path: object) -> None:
    database = Database(f"sqlite:///{tmp_path}/kit.db")
    with database.transaction(write=True):
        with database.transaction(write=False) as connection:
            assert connection.exec_driver_sql("SELECT 1").scalar() == 1
    database.dispose()


def test_sqlite_is_set_up_for_money(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As it is outside of tests, which force nothing to the disk.
    usual = inspect.unwrap(engine_module._set_up_sqlite)
    monkeypatch.setattr(engine_module, "_set_up_sqlite", usual)
    database = Database(f"sqlite:///{tmp_path}/kit.db")
    with database.transaction(write=False) as connection:
        pragma = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert pragma["journal_mode"] == "wal"
    assert pragma["synchronous"] == 2
    assert pragma["foreign_keys"] == 1
    assert pragma["busy_timeout"] == 5000
    database.dispose()


def test_a_fork_gets_an_engine_of_its_own(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database(f"sqlite:///{tmp_path}/kit.db")
    parent = database.engine
    assert database.engine is parent
    monkeypatch.setattr("os.getpid", lambda: -1)
    assert database.engine is not parent
    database.dispose()
