"""Fifty threads and four processes at once: one credit, one event, nothing locked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from checkout_kit import CheckoutState
from checkout_kit.testing.clock import FakeClock
from checkout_kit.wiring import SystemClock
from tests.concurrency.rush import rush
from tests.crash.books_shop import BooksShop
from tests.crash.stories import let_claims_run_out
from tests.support.source import ROOT

pytestmark = pytest.mark.slow

CHECKOUTS = 5
#: What happens before anything is paid, and after.
CHOOSING = ("choose", "choose", "poll", "look", "send_webhook", "work", "deliver")
PAYING = (*CHOOSING, "report", "report", "report", "cancel", "deliver")

Rush = Callable[[Sequence[str], Sequence[str]], list[str]]


@pytest.fixture
def shop(database_url: str, tmp_path: Path) -> Iterator[BooksShop]:
    """A shop with a clock that runs."""
    made = BooksShop(database_url, tmp_path / "books.db", SystemClock())
    made.set_up()
    yield made
    made.close()


def test_fifty_threads_at_once(shop: BooksShop) -> None:
    def of_threads(checkouts: Sequence[str], acts: Sequence[str]) -> list[str]:
        return rush(shop, checkouts, acts, threads=50, rounds=4)

    _rush_through(shop, of_threads)


def test_four_processes_at_once(
    shop: BooksShop, database_url: str, tmp_path: Path
) -> None:
    def of_processes(checkouts: Sequence[str], acts: Sequence[str]) -> list[str]:
        order = {
            "database": database_url,
            "books": str(tmp_path / "books.db"),
            "checkouts": list(checkouts),
            "acts": list(acts),
            "threads": 12,
            "rounds": 4,
        }
        return _run_processes([{**order, "seed": n} for n in range(4)])

    _rush_through(shop, of_processes)


def _run_processes(orders: Sequence[dict[str, Any]]) -> list[str]:
    processes = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "tests.concurrency.rush"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        for _ in orders
    ]
    problems: list[str] = []
    for process, order in zip(processes, orders, strict=True):
        assert process.stdin and process.stdout
        process.stdin.write(json.dumps(order) + "\n")
        process.stdin.flush()
    for process in processes:
        assert process.stdout and process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        told, _ = process.communicate(timeout=180)
        assert process.returncode == 0
        problems += json.loads(told)
    return problems


def _rush_through(shop: BooksShop, rush: Rush) -> None:
    checkouts = [shop.make_order(number).id for number in range(1, CHECKOUTS + 1)]
    unpaid = [shop.make_order(number).id for number in (100, 101)]
    problems = rush(checkouts, CHOOSING)
    with shop.app.app_context():
        for checkout_id in checkouts:
            shop.kit.commit_checkout(checkout_id, "books:BTC")
    _open_all(shop, checkouts)
    for account in [int(str(row[1])) for row in shop.books.read("invoice")]:
        invoice = _invoice_of(shop, checkouts, account)
        shop.books.deposit(f"deposit-{account}", account, invoice.amount)
    # Whoever is fast enough cancels what is being paid, and chooses what is cancelled.
    problems += rush([*checkouts, *unpaid], PAYING)
    _work_an_hour_later(shop)
    assert not problems, "\n".join(problems)
    _check_books(shop, checkouts)


def _work_an_hour_later(shop: BooksShop) -> None:
    """Do what had to be put off: the provider takes four calls at once, no more."""
    clock = FakeClock(SystemClock().now())
    url = shop.app.config["SQLALCHEMY_DATABASE_URI"]
    later = BooksShop(url, shop.books.path, clock)
    for _ in range(4):
        clock.advance(900)
        let_claims_run_out(later)
        later.kit.run_due()
    later.close()


def _open_all(shop: BooksShop, checkouts: Sequence[str]) -> None:
    """Make the invoices that found all of the provider's slots taken."""
    with shop.services.basis.units.write() as unit:
        for checkout_id in checkouts:
            checkout = unit.checkouts.find_by_id(checkout_id, SystemClock().now())
            assert checkout and checkout.invoice
            if checkout.invoice.reference is None:
                now = SystemClock().now()
                unit.invoices.schedule(
                    checkout.invoice.id, next_check_at=now, failures=0
                )
        unit.commit()
    shop.kit.run_due()


def _invoice_of(shop: BooksShop, checkouts: Sequence[str], account: int) -> Any:
    with shop.app.app_context():
        for checkout_id in checkouts:
            for invoice in shop.kit.get_checkout(checkout_id).invoices:
                if invoice.reference == str(account):
                    return invoice
    raise AssertionError(f"nobody's account: {account}")


def _check_books(shop: BooksShop, checkouts: Sequence[str]) -> None:
    # Of those that nobody pays, one invoice each at most.
    assert CHECKOUTS <= len(shop.books.read("invoice")) <= CHECKOUTS + 2
    assert len(shop.books.read("credit")) == CHECKOUTS
    with shop.app.app_context():
        for checkout_id in checkouts:
            checkout = shop.kit.get_checkout(checkout_id)
            assert checkout.state is CheckoutState.COMPLETED
            assert checkout.status.confirmed_credit == 10
            assert len(checkout.invoices) == 1
            types = [event.type for event in shop.kit.list_events(checkout_id)]
            for once in ("checkout.paid", "payment.detected", "invoice.settled"):
                assert types.count(once) == 1, once
        session: Any = shop.db.session
        orders = session.execute(select(shop.order_class)).scalars().all()
        assert {o.id: o.times_paid for o in orders} == {
            **dict.fromkeys(range(1, CHECKOUTS + 1), 1),
            100: 0,
            101: 0,
        }
