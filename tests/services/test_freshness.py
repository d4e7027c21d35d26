"""Kept pages: whatever is written and whatever time does, no stale one is shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event

from checkout_kit import (
    CheckoutKit,
    Invoice,
    InvoiceSnapshot,
    PaymentObservation,
    PaymentStatus,
    ProviderRefused,
)
from checkout_kit.storage.engine import Database
from checkout_kit.testing.clock import FakeClock
from checkout_kit.wiring import Services
from tests.fakes.scripted import Script, scripted_kit, ten_dollars

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


class Story:
    """One checkout with an invoice, and what can happen to it."""

    def __init__(self, kit: CheckoutKit, script: Script, clock: FakeClock) -> None:
        self.kit, self.script, self.clock = kit, script, clock
        checkout = kit.create_checkout(
            ten_dollars(),
            return_url="https://shop.example/thanks",
            cancel_url="https://shop.example/cart",
        )
        self.id, self.token = checkout.id, checkout.token
        self.invoice: Invoice = kit.commit_checkout(self.id, "scripted:BTC")
        self.observation = PaymentObservation(
            "d1", self.invoice.amount, PaymentStatus.CONFIRMED
        )
        # The events so far are nobody's any more.
        kit.run_due()

    def report(self, **changes: Any) -> None:
        """Have the provider report the payment, changed like this."""
        observation = replace(self.observation, **changes)
        self.script.payments[self.invoice.id] = [observation]
        self.check()

    def report_less(self) -> None:
        """Have the provider report half of the money."""
        half = replace(self.invoice.amount, amount=self.invoice.amount.amount / 2)
        self.report(amount=half)

    def report_nothing(self) -> None:
        """Have the provider leave out what it reported."""
        self.script.payments[self.invoice.id] = []
        self.check()

    def report_seen(self) -> None:
        """Have the provider tell of a deposit without its amount."""
        self.script.snapshots[self.invoice.id] = InvoiceSnapshot(seen=True)
        self.check()

    def want_proof(self) -> None:
        """Have the provider ask for a proof of payment."""
        self.script.snapshots[self.invoice.id] = InvoiceSnapshot(wants_proof=True)
        self.check()

    def want_no_proof(self) -> None:
        """Have the provider ask for none any more."""
        del self.script.snapshots[self.invoice.id]
        self.check()

    def check(self) -> None:
        """Ask the provider now."""
        self.kit.check_checkout(self.id)

    def let_expire(self) -> None:
        """Let the checkout's time run out, and be told of."""
        self.clock.advance(25 * 60 * 60)
        self.kit.run_due()

    def refuse_another(self) -> None:
        """Choose anew after the price has expired, and be refused."""
        self.clock.advance(61 * 60)

        def refuse() -> None:
            raise ProviderRefused("scripted", "no")

        self.script.on["create_invoice"] = refuse
        with pytest.raises(Exception, match="refused"):
            self.kit.commit_checkout(self.id, "scripted:BTC")
        del self.script.on["create_invoice"]


_Step = Callable[[Story], object]
_DETECTED = PaymentStatus.DETECTED
#: What happens before the page is kept, and then while it is.
CHANGES: dict[str, tuple[_Step | None, _Step]] = {
    "seen without an amount": (None, Story.report_seen),
    "detected": (None, lambda story: story.report(status=_DETECTED)),
    "confirmed": (
        lambda story: story.report(status=_DETECTED),
        lambda story: story.report(),
    ),
    "paid in part": (None, Story.report_less),
    "grown": (Story.report_less, lambda story: story.report()),
    "no longer listed": (
        lambda story: story.report(status=_DETECTED),
        Story.report_nothing,
    ),
    "reversed": (
        lambda story: story.report(),
        lambda story: story.report(status=PaymentStatus.REVERSED),
    ),
    "told its transaction": (
        lambda story: story.report(status=_DETECTED),
        lambda story: story.report(status=_DETECTED, transaction_id="tx-4711"),
    ),
    "asked for a proof": (None, Story.want_proof),
    "asked for none": (Story.want_proof, Story.want_no_proof),
    "cancelled": (None, lambda story: story.kit.cancel_checkout(story.id)),
    "resolved": (
        Story.report_less,
        lambda story: story.kit.resolve_checkout(story.id, accepted=True),
    ),
    "price expired": (None, lambda story: story.clock.advance(61 * 60)),
    "checkout expired": (None, lambda story: story.clock.advance(25 * 60 * 60)),
    "expired and announced": (None, Story.let_expire),
    "refused": (None, Story.refuse_another),
}


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
