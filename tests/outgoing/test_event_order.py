"""The order of events: whoever reads on after the last one seen never misses one."""

from __future__ import annotations

import threading

import pytest

from checkout_kit import InputError
from checkout_kit.domain.event import EVENT_HOOKS
from checkout_kit.storage.engine import Database
from checkout_kit.storage.unit_of_work import UnitOfWorkFactory
from checkout_kit.testing.clock import START
from tests.fakes.receiver import Receiver
from tests.outgoing.conftest import Sender

_NOW = START


def _append(units: UnitOfWorkFactory, name: str) -> None:
    with units.write() as unit:
        unit.events.append(
            event_id=name,
            store_id="default",
            checkout_id=None,
            type="deposit.unmatched",
            created_at=_NOW,
            data={},
            once_key=None,
        )
        unit.commit()


def _dispatch(units: UnitOfWorkFactory) -> None:
    with units.write() as unit:
        found = unit.events.undispatched(limit=200)
        unit.events.dispatch({event.sequence: () for event in found}, _NOW)
        unit.commit()


def _page(units: UnitOfWorkFactory, after: int) -> list[tuple[int, str]]:
    with units.read() as unit:
        events = unit.events.page("default", after=after, limit=100)
    return [(event.position or 0, event.id) for event in events]


@pytest.mark.postgresql
def test_a_late_commit_of_an_early_number_is_not_missed(
    postgresql_server: object, request: pytest.FixtureRequest
) -> None:
    """The numbers of rows are handed out before their commits; positions after."""
    template = request.getfixturevalue("_postgresql_template")
    with postgresql_server.database(template) as url:  # type: ignore[attr-defined]
        database = Database(url)
        units = UnitOfWorkFactory(database)
        with units.write() as slow:
            slow.events.append(
                event_id="early",
                store_id="default",
                checkout_id=None,
                type="deposit.unmatched",
                created_at=_NOW,
                data={},
                once_key=None,
            )
            _append(units, "late")
            _dispatch(units)
            seen = _page(units, 0)
            assert [name for _, name in seen] == ["late"]
            slow.commit()
        _dispatch(units)
        assert [name for _, name in _page(units, seen[-1][0])] == ["early"]
        database.dispose()


@pytest.mark.slow
def test_a_reader_beside_many_writers_sees_each_event_once(
    migrated_database_url: str,
) -> None:
    database = Database(migrated_database_url)
    units = UnitOfWorkFactory(database)
    writers, each = 4, 25
    done = threading.Event()

    def write(number: int) -> None:
        for count in range(each):
            _append(units, f"{number}-{count}")

    def dispatch() -> None:
        while not done.is_set():
            _dispatch(units)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(writers)]
    dispatchers = [threading.Thread(target=dispatch) for _ in range(3)]
    for thread in [*threads, *dispatchers]:
        thread.start()
    seen: list[tuple[int, str]] = []
    while len(seen) < writers * each:
        seen += _page(units, seen[-1][0] if seen else 0)
        if not any(thread.is_alive() for thread in threads):
            _dispatch(units)
    done.set()
    for thread in [*threads, *dispatchers]:
        thread.join()
    assert len({name for _, name in seen}) == writers * each == len(seen)
    assert [place for place, _ in seen] == sorted(place for place, _ in seen)
    database.dispose()


def test_events_are_listed_page_by_page(sender: Sender) -> None:
    for _ in range(5):
        sender.create()
    sender.kit.run_due()
    log = sender.outgoing.event_log
    first = log.page(limit=2)
    second = log.page(limit=2, after=first[-1].position)
    rest = log.page(limit=250, after=second[-1].position)
    places = [event.position for event in [*first, *second, *rest]]
    assert places == sorted(places, key=lambda place: place or 0)
    assert len(places) == 5
    newest = log.page(limit=2, newest_first=True)
    assert [event.position for event in newest] == places[:-3:-1]
    assert log.page(after=places[-1]) == []
    assert log.page(after=2**62) == []


@pytest.mark.parametrize(
    "options",
    [{"limit": 0}, {"limit": 251}, {"after": -1}, {"after": 2**63}, {"type": "x"}],
)
def test_a_page_that_makes_no_sense_is_refused(
    sender: Sender, options: dict[str, int]
) -> None:
    with pytest.raises(InputError):
        sender.outgoing.event_log.page(**options)  # type: ignore[arg-type]


@pytest.mark.parametrize("type", sorted(EVENT_HOOKS))
def test_a_triggered_event_goes_to_endpoints_and_nobody_else(
    sender: Sender, receiver: Receiver, type: str
) -> None:
    heard = []
    sender.kit.on(type)(lambda event, session: heard.append(event))
    sender.outgoing.endpoints.add(f"{receiver.url}/hook")
    event = sender.outgoing.event_log.trigger(type)
    sender.kit.run_due()
    (got,) = receiver.at("/hook")
    assert b'"is_test":true' in got.body
    assert got.headers["webhook-id"] == event.id
    assert heard == []
    assert sender.kit.list_checkouts() == []
