"""Reporting: which checkouts a day has, on each kind of database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone

import pytest
from flask import Flask
from sqlalchemy import update

from checkout_kit import (
    CheckoutKit,
    Money,
    PaymentObservation,
    PaymentStatus,
    UnmatchedDeposit,
)
from checkout_kit.domain.report import DayReport
from checkout_kit.services import reporting
from checkout_kit.storage import tables
from checkout_kit.testing.clock import FakeClock
from tests.fakes.scripted import BTC, Script, scripted_kit, ten_dollars

DAY = date(2026, 11, 21)
MIDNIGHT = datetime(2026, 11, 21, tzinfo=timezone.utc)


@pytest.fixture
def clock() -> FakeClock:
    """Begins with the day."""
    return FakeClock(MIDNIGHT)


@dataclass(frozen=True)
class Shop:
    """A kit, and what its provider does."""

    app: Flask
    kit: CheckoutKit
    script: Script

    def report(self, day: date = DAY) -> DayReport:
        """The report of a day."""
        made: DayReport = self.app.extensions["checkout_kit"].reporting.report_day(day)
        return made

    def sell(self, name: str) -> None:
        """Sell for ten dollars, be paid, and settle."""
        made = self.kit.create_checkout(ten_dollars())
        invoice = self.kit.commit_checkout(made.id, "scripted:BTC")
        self.script.payments[invoice.id] = [
            PaymentObservation(name, invoice.amount, PaymentStatus.CONFIRMED)
        ]
        self.kit.check_checkout(made.id)
        self.kit.run_due()


@pytest.fixture
def shop(
    migrated_database_url: str, clock: FakeClock, script: Script
) -> Iterator[Shop]:
    """A shop on each kind of database."""
    kit, app = scripted_kit(migrated_database_url, clock, script)
    with app.app_context():
        yield Shop(app, kit, script)
    app.extensions["checkout_kit"].database.dispose()


def test_a_day_is_from_midnight_to_midnight_utc(shop: Shop, clock: FakeClock) -> None:
    shop.sell("first")
    clock.advance(timedelta(days=1).total_seconds() - 0.001)
    shop.sell("last")
    assert not shop.report().is_over
    clock.advance(0.001)
    shop.sell("next")
    counts = {
        day: sum(line.checkouts for line in shop.report(day).totals)
        for day in (DAY - timedelta(days=1), DAY, DAY + timedelta(days=1))
    }
    assert list(counts.values()) == [0, 2, 1]
    assert shop.report().is_over


def test_the_sums_are_those_of_the_books(shop: Shop) -> None:
    for name in ("a", "b", "c"):
        shop.sell(name)
    shop.kit.create_checkout(ten_dollars())
    made = shop.report()
    (paid,) = [line for line in made.lines if line.provider == "scripted"]
    (unpaid,) = [line for line in made.lines if line.provider == "-"]
    assert (paid.charged, paid.paid) == (Money("30", "USD"), Money("30", "USD"))
    assert paid.settled == (Money("30", "USD"),)
    assert paid.received == (Money("0.0006", BTC),)
    assert (unpaid.charged, unpaid.under) == (Money("10", "USD"), Money("10", "USD"))
    (total,) = made.totals
    assert (total.charged, total.paid, total.under) == (
        Money("40", "USD"),
        Money("30", "USD"),
        Money("10", "USD"),
    )
    assert made.problems == ()


def test_pages_leave_nothing_out_and_repeat_nothing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reporting, "_PAGE", 2)
    # All made at the same moment: only their ids tell them apart.
    for _ in range(5):
        shop.kit.create_checkout(ten_dollars())
    (total,) = shop.report().totals
    assert (total.checkouts, total.charged) == (5, Money("50", "USD"))


def test_another_store_is_left_out(shop: Shop) -> None:
    shop.sell("ours")
    services = shop.app.extensions["checkout_kit"]
    with services.basis.units.write() as unit:
        unit.inbox.add_unmatched(
            "other", "scripted", UnmatchedDeposit("x", "lost"), MIDNIGHT
        )
        unit.commit()
    with services.database.transaction(write=True) as connection:
        connection.execute(update(tables.checkout).values(store_id="other"))
        connection.commit()
    made = shop.report()
    assert (made.lines, made.unmatched) == ((), ())


def test_what_fitted_no_invoice_belongs_to_the_day_it_was_seen(
    shop: Shop, clock: FakeClock
) -> None:
    services = shop.app.extensions["checkout_kit"]
    with services.basis.units.write() as unit:
        for name, now in (("a", MIDNIGHT), ("b", MIDNIGHT + timedelta(days=1))):
            stray = UnmatchedDeposit(name, "no memo", amount=Money("0.1", BTC))
            unit.inbox.add_unmatched("default", "scripted", stray, now)
        unit.commit()
    (line,) = shop.report().unmatched
    assert (line.deposits, line.amounts) == (1, (Money("0.1", BTC),))


def test_the_command_prints_a_table_and_json(shop: Shop) -> None:
    shop.sell("a")
    runner = shop.app.test_cli_runner()
    table = runner.invoke(args=["checkout", "report", "--day", "2026-11-21"])
    assert table.exit_code == 0, table.output
    assert "2026-11-21, 00:00 to 24:00 UTC, so far" in table.output
    assert "0.00020000 BTC" in table.output
    data = json.loads(runner.invoke(args=["checkout", "report", "--json"]).output)
    assert (data["day"], data["time_zone"]) == ("2026-11-21", "UTC")
    assert data["totals"][0]["paid"] == "10.00"
    assert data["lines"][0]["settled"] == [{"amount": "10.00", "currency": "USD"}]


def test_money_that_went_again_is_told_loudly(shop: Shop) -> None:
    shop.sell("a")
    for invoice_id, payments in shop.script.payments.items():
        shop.script.payments[invoice_id] = [
            replace(payment, status=PaymentStatus.REVERSED) for payment in payments
        ]
    (checkout,) = shop.kit.list_checkouts()
    shop.kit.check_checkout(checkout.id)
    result = shop.app.test_cli_runner().invoke(args=["checkout", "report"])
    assert result.exit_code == 1
    assert "PROBLEM: checkout " in result.output
    assert "10.00 USD settled, but only 0.00 USD is still paid" in result.output


def test_a_day_that_is_none_is_refused(shop: Shop) -> None:
    result = shop.app.test_cli_runner().invoke(
        args=["checkout", "report", "--day", "yesterday"]
    )
    assert result.exit_code == 2
    assert "does not match the format" in result.output
