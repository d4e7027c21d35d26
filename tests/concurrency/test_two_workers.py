"""Two workers at once, with the lease and without: nothing is done twice."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from checkout_kit.wiring import SystemClock
from checkout_kit.worker import loop as loop_module
from checkout_kit.worker.loop import WorkerLoop
from tests.concurrency.rush import ProblemLog
from tests.crash.books_plugin import METHOD
from tests.crash.books_shop import BooksShop

pytestmark = pytest.mark.slow

ORDERS = 8


@pytest.fixture
def shops(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[BooksShop, BooksShop]]:
    """Two shops with engines of their own on one database, as in two processes."""
    monkeypatch.setattr(loop_module, "INTERVAL", 0.05)
    one, other = (
        BooksShop(database_url, tmp_path / "books.db", SystemClock()) for _ in range(2)
    )
    one.set_up()
    yield one, other
    one.close()
    other.close()


def _orders(shop: BooksShop) -> list[tuple[int, int]]:
    with shop.app.app_context():
        session: Any = shop.db.session
        session.rollback()
        orders = session.execute(select(shop.order_class)).scalars()
        return [(order.times_paid, order.times_settled) for order in orders]


def _wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


@pytest.mark.parametrize("with_lease", [True, False])
def test_two_workers_do_nothing_twice(
    shops: tuple[BooksShop, BooksShop], with_lease: bool
) -> None:
    log = ProblemLog()
    logging.getLogger("checkout_kit").addHandler(log)
    for number in range(1, ORDERS + 1):
        checkout = shops[0].make_order(number)
        with shops[0].app.app_context():
            invoice = shops[0].kit.commit_checkout(checkout.id, METHOD)
        account = int(invoice.reference or 0)
        shops[0].books.deposit(f"deposit-{number}", account, invoice.amount)
        shops[0].send_webhook(str(account))
    loops = [
        shop.services.loop if with_lease else WorkerLoop(shop.services.work)
        for shop in shops
    ]
    for loop in loops:
        loop.ensure_started()
    _wait_for(lambda: all(order >= (1, 1) for order in _orders(shops[0])))
    time.sleep(1)
    for loop in loops:
        loop.stop()
    logging.getLogger("checkout_kit").removeHandler(log)
    assert _orders(shops[0]) == [(1, 1)] * ORDERS
    assert len(shops[0].books.read("credit")) == ORDERS
    assert log.problems == []
