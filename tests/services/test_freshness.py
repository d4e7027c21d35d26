"""Kept pages: whatever is written and whatever time does, no stale one is shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import event

from checkout_kit import CheckoutKit
from checkout_kit.storage.engine import Database
from checkout_kit.testing.clock import FakeClock
from checkout_kit.wiring import Services
from tests.fakes.scripted import Script, scripted_kit
from tests.services.changes import CHANGES, Story

_SIGNATURE = re.compile(r"checkoutSignature=[^\"&]+")


class Viewer:
    """A process of its own that shows the pages of a database: a buyer's server."""

    def __init__(self, url: str, clock: FakeClock, script: Script) -> None:
        self.kit, self.app = scripted_kit(url, clock, script)
        self.services: Services = self.app.extensions["checkout_kit"]
        self._client = self.app.test_client()

    def see(self, token: str) -> tuple[str, Any]:
        """The page and the status, as they are shown now."""
        page = self._client.get(f"/checkout/{token}").text
        status = self._client.get(f"/checkout/{token}/status")
        told = {**status.get_json(), "etag": status.headers["ETag"]}
        # The signature tells the machine's time, which the tests' clock is not.
        return _SIGNATURE.sub("", page), told

    def close(self) -> None:
        """Let go of the database."""
        self.services.database.dispose()


@pytest.fixture
def viewers(
    migrated_database_url: str, clock: FakeClock, script: Script
) -> Iterator[Callable[[], Viewer]]:
    """Makes viewers on the kit's database."""
    made: list[Viewer] = []

    def make() -> Viewer:
        made.append(Viewer(migrated_database_url, clock, script))
        return made[-1]

    yield make
    for viewer in made:
        viewer.close()


@pytest.mark.parametrize("change", CHANGES)
def test_a_kept_page_is_the_one_that_would_be_made_anew(
    change: str,
    kit: CheckoutKit,
    script: Script,
    clock: FakeClock,
    viewers: Callable[[], Viewer],
) -> None:
    story = Story(kit, script, clock)
    before, happens = CHANGES[change]
    if before is not None:
        before(story)
    viewer = viewers()
    old = viewer.see(story.token)
    assert viewer.see(story.token) == old

    happens(story)

    now = viewer.see(story.token)
    assert now == viewers().see(story.token)
    assert now[1]["etag"] != old[1]["etag"] or change == "told its transaction"
    assert now[0] != old[0]


def test_a_view_and_a_poll_that_find_no_news_read_one_statement(
    kit: CheckoutKit,
    script: Script,
    clock: FakeClock,
    viewers: Callable[[], Viewer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    story = Story(kit, script, clock)
    viewer = viewers()
    viewer.see(story.token)
    statements, direct = [], []
    read_first = Database.read_first

    def counted(database: Database, text: str, values: Any) -> Any:
        direct.append(text)
        return read_first(database, text, values)

    monkeypatch.setattr(Database, "read_first", counted)
    event.listen(
        viewer.services.database.engine,
        "before_cursor_execute",
        lambda *arguments: statements.append(arguments[2]),
    )

    viewer.see(story.token)

    assert (len(direct), statements) == (2, [])


def test_a_check_without_news_leaves_what_is_kept(
    kit: CheckoutKit, script: Script, clock: FakeClock
) -> None:
    story = Story(kit, script, clock)
    version = kit.get_checkout(story.id).version
    for _ in range(3):
        clock.advance(30)
        story.check()
    assert kit.get_checkout(story.id).version == version


def test_a_kept_page_still_has_its_invoice_looked_at(
    kit: CheckoutKit, script: Script, clock: FakeClock, viewers: Callable[[], Viewer]
) -> None:
    story = Story(kit, script, clock)
    clock.advance(300)
    story.check()
    viewer = viewers()
    viewer.see(story.token)
    clock.advance(2)
    viewer.see(story.token)
    assert kit.run_due().invoices_checked == 0
    clock.advance(4)
    viewer.see(story.token)
    assert kit.run_due().invoices_checked == 1


def test_a_kept_page_still_delivers_what_is_due(
    kit: CheckoutKit, script: Script, clock: FakeClock, viewers: Callable[[], Viewer]
) -> None:
    story = Story(kit, script, clock)
    viewer, calls = viewers(), []

    @viewer.kit.on("checkout.paid")
    def fail_once(event: Any, session: Any) -> None:
        calls.append(event.type)
        if len(calls) == 1:
            raise RuntimeError("the shop's mail server is away")

    story.report()
    viewer.see(story.token)
    viewer.see(story.token)
    assert len(calls) == 1
    clock.advance(12)
    viewer.see(story.token)
    assert len(calls) == 2
