"""A rush: many threads do everything to a handful of checkouts at once.

``python -m tests.concurrency.rush`` is one of several processes that do so.
"""

from __future__ import annotations

import json
import logging
import random
import sys
import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from checkout_kit import (
    DetectionReport,
    InvalidTransition,
    InvoiceSnapshot,
    InvoiceStatus,
    MethodUnavailable,
    QuoteExpired,
)
from checkout_kit.wiring import SystemClock
from tests.crash.books_plugin import METHOD, NAME
from tests.crash.books_shop import BooksShop

#: What a buyer is told in words, and no fault.
_EXPECTED = (InvalidTransition, MethodUnavailable, QuoteExpired)

Act = Callable[[BooksShop, str], None]


class ProblemLog(logging.Handler):
    """Keeps what the kit logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.problems: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record, with its traceback's end."""
        text = record.getMessage()
        if record.exc_info and record.exc_info[1] is not None:
            text += "\n" + "".join(traceback.format_exception(record.exc_info[1]))
        self.problems.append(text)


def choose(shop: BooksShop, checkout_id: str) -> None:
    """Make the invoice, or be given the one that stands."""
    with shop.app.app_context():
        shop.kit.commit_checkout(checkout_id, METHOD)


def look(shop: BooksShop, checkout_id: str) -> None:
    """Look for payments, as far as nobody else is at it."""
    with shop.app.app_context():
        shop.kit.check_checkout(checkout_id)


def report(shop: BooksShop, checkout_id: str) -> None:
    """Take in a report although others take the same one in, claims or not."""
    with shop.app.app_context():
        checkout = shop.kit.get_checkout(checkout_id)
    invoices = [i for i in checkout.invoices if i.status is InvoiceStatus.OPEN]
    found = shop.books.list_deposits([int(i.reference or 0) for i in invoices])
    shop.services.detection._recorder.record(
        NAME,
        invoices,
        DetectionReport(
            {i.id: InvoiceSnapshot(found[int(i.reference or 0)]) for i in invoices}
        ),
        SystemClock().now(),
    )


def poll(shop: BooksShop, checkout_id: str) -> None:
    """Open the page and poll its status."""
    with shop.app.app_context():
        token = shop.kit.get_checkout(checkout_id).token
        shop.services.desk.open_page(token)
        shop.services.desk.read_status(token)


def send_webhook(shop: BooksShop, checkout_id: str) -> None:
    """Tell of every invoice at once, in any order."""
    accounts = [str(row[1]) for row in shop.books.read("invoice")]
    random.shuffle(accounts)
    shop.send_webhook(",".join([*accounts, f"new-{random.random()}"]))


def cancel(shop: BooksShop, checkout_id: str) -> None:
    """Press the cancel button."""
    with shop.app.app_context():
        token = shop.kit.get_checkout(checkout_id).token
    shop.services.desk.cancel(token)


def deliver(shop: BooksShop, checkout_id: str) -> None:
    """Deliver what is due."""
    shop.services.delivering.deliver_due()


def work(shop: BooksShop, checkout_id: str) -> None:
    """Do all that is due, as one worker of too many."""
    shop.kit.run_due()


ACTS: Mapping[str, Act] = {
    act.__name__: act
    for act in (choose, look, report, poll, send_webhook, cancel, deliver, work)
}


def rush(
    shop: BooksShop,
    checkout_ids: Sequence[str],
    acts: Sequence[str],
    *,
    threads: int,
    rounds: int,
) -> list[str]:
    """Let threads act at once, each in an order of its own.

    :return: what went wrong.
    """
    log = ProblemLog()
    logging.getLogger("checkout_kit").addHandler(log)
    gate = threading.Barrier(threads)

    def run(number: int) -> None:
        # Other random numbers in each thread, the same ones in each run.
        chance = random.Random(number)
        gate.wait(60)
        for _ in range(rounds):
            name, checkout_id = chance.choice(acts), chance.choice(checkout_ids)
            try:
                ACTS[name](shop, checkout_id)
            except _EXPECTED:
                continue
            except Exception:
                log.problems.append(f"{name}: {traceback.format_exc()}")

    running = [threading.Thread(target=run, args=(n,)) for n in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join(120)
        if thread.is_alive():
            log.problems.append("a thread hangs")
    logging.getLogger("checkout_kit").removeHandler(log)
    return log.problems


def main() -> None:
    """Make a shop's process, wait for the word, rush, and tell what went wrong."""
    order: dict[str, Any] = json.loads(sys.stdin.readline())
    shop = BooksShop(order["database"], Path(order["books"]), SystemClock())
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    random.seed(order["seed"])
    problems = rush(
        shop,
        order["checkouts"],
        order["acts"],
        threads=order["threads"],
        rounds=order["rounds"],
    )
    shop.close()
    sys.stdout.write(json.dumps(problems) + "\n")


if __name__ == "__main__":
    main()
