"""The zygote: a process that has imported everything and forks one child per case.

It has no thread of its own, so that its forks are safe, and reads one JSON line per
case. A child lives a story and is killed at a border; another one, as the process that
is started after the crash, tells the story to its end.
"""

from __future__ import annotations

import gc
import json
import logging
import os
import random
import sys
import threading
import traceback
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from checkout_kit.testing.clock import START, FakeClock
from checkout_kit.worker import lanes
from tests.crash.accounts import read_accounts
from tests.crash.books_shop import BooksShop
from tests.crash.borders import Borders
from tests.crash.stories import STORIES, World
from tests.support.quick_apps import compiled_once
from tests.support.quick_statements import statements_compiled_once

#: How long it takes to notice a crash and start anew.
_OUTAGE = timedelta(minutes=10)


#: One lane at a time, so that borders are crossed in the same order each time.
lanes.MAX_THREADS = 1


def live(case: dict[str, Any]) -> dict[str, Any]:
    """Live a story, up to the border where this process ends."""
    borders = Borders(case["kill_at"])
    borders.install()
    clock = FakeClock()
    shop = BooksShop(case["database"], Path(case["books"]), clock)
    if case["story"] == "set up":
        shop.set_up()
        return {"crossed": borders.crossed}
    story = STORIES[case["story"]]
    for name, hows in story.faults.items():
        shop.books.plan(name, *hows)
    world = World(shop, clock, is_restart=False)
    for step in story.steps:
        step(world)
        clock.advance(5)
    return {"crossed": borders.crossed}


def tell_on(case: dict[str, Any]) -> dict[str, Any]:
    """Start after a crash, and tell the same story to its end."""
    clock = FakeClock(START + _OUTAGE)
    shop = BooksShop(case["database"], Path(case["books"]), clock)
    if case["story"] == "set up":
        shop.set_up()
        shop.set_up()
    story = STORIES.get(case["story"], STORIES["paid"])
    world = World(shop, clock, is_restart=True)
    for step in story.steps:
        step(world)
    before = _calls(shop)
    world.settle_down()
    assert _calls(shop) == before, "it never comes to rest"
    accounts = read_accounts(shop)
    shop.close()
    return accounts.to_json()


def _calls(shop: BooksShop) -> list[list[object]]:
    """Every call of the provider but its being looked at, which goes on for days."""
    return [row for row in shop.books.read("call") if row != ["detect_payments"]]


def warm_up(folder: Path) -> None:
    """Do once what each child would do first, such as importing on first use."""
    shop = BooksShop(f"sqlite:///{folder / 'shop.db'}", folder / "books", FakeClock())
    shop.set_up()
    world = World(shop, FakeClock(), is_restart=False)
    for step in STORIES["paid"].steps:
        step(world)
    shop.close()
    for thread in threading.enumerate():
        if thread is not threading.main_thread():
            thread.join()


_TASKS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "live": live,
    "tell_on": tell_on,
}


def main() -> None:
    """Read cases until the input ends; answer each with a line."""
    # What was compiled before the fork each child has.
    with compiled_once(), statements_compiled_once():
        with TemporaryDirectory() as folder:
            warm_up(Path(folder))
        # So that no child's collector touches, and thereby copies, what all share.
        gc.freeze()
        for line in sys.stdin:
            sys.stdout.write(json.dumps(_answer(json.loads(line))) + "\n")
            sys.stdout.flush()


def _answer(case: dict[str, Any]) -> dict[str, Any]:
    """Fork a child for a case, and wait for its end."""
    result = Path(case["result"])
    pid = os.fork()
    if pid == 0:
        _run(case, result)
    _, status = os.waitpid(pid, 0)
    answer: dict[str, Any] = {"status": status, "result": None}
    if result.exists():
        answer["result"] = json.loads(result.read_text())
        result.unlink()
    return answer


def _run(case: dict[str, Any], result: Path) -> None:
    # What fails here must never get back into the zygote's loop.
    code = 1
    try:
        random.seed(0)
        logging.basicConfig(filename=case["log"], level=logging.INFO)
        result.write_text(json.dumps(_TASKS[case["task"]](case)))
        code = 0
    except BaseException:
        result.write_text(json.dumps({"error": traceback.format_exc()}))
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
