"""A process that has children send one request to their own API, each killed in it.

``python -m tests.crash.api_caller FOLDER KEY SECRET PATH BODY``: the first child dies
before its first commit, the next one after it, and so on, each on its own copy of
``template.db``; the last one lives to its end. Prints how many were killed.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Connection

from checkout_kit.testing.clock import FakeClock
from tests.fakes.scripted import Script, scripted_kit
from tests.web.api.merchant import PREFIX, sign

TEMPLATE = "template.db"
_MOST_BORDERS = 40


def make_app(database: Path) -> Flask:
    """The app, in whatever process."""
    _, app = scripted_kit(f"sqlite:///{database}", FakeClock(), Script())
    return app


def send(app: Flask, key: str, secret: str, path: str, body: str) -> tuple[int, Any]:
    """Send a request under its idempotency key, at every call the same."""
    now = int(app.extensions["checkout_kit"].basis.clock.now().timestamp())
    answer = app.test_client().post(
        PREFIX + path,
        data=body.encode(),
        headers={
            "X-Digest-Key": key,
            "X-Digest-Timestamp": str(now),
            "X-Digest-Signature": sign(secret, path, now, "POST", body.encode()),
            "Idempotency-Key": f"key of {path}",
        },
    )
    return answer.status_code, answer.get_json()


def _die_at(number: int) -> None:
    lock, crossed = threading.Lock(), [0]
    commit = Connection.commit

    def cross() -> None:
        with lock:
            if crossed[0] == number:
                os.kill(os.getpid(), signal.SIGKILL)
            crossed[0] += 1

    def wrapped(self: Connection) -> None:
        cross()
        commit(self)
        cross()

    Connection.commit = wrapped  # type: ignore[method-assign]


def _live(database: Path, kill_at: int, request: list[str]) -> int:
    """Be a child.

    :return: the exit status, if it comes to that.
    """
    app = make_app(database)
    _die_at(kill_at)
    status, _ = send(app, *request)
    return 0 if status == 200 else 1


def main(folder: str, *request: str) -> None:
    """Have one child after the other sent to its death."""
    for kill_at in range(_MOST_BORDERS):
        database = Path(folder) / f"killed-{kill_at}.db"
        shutil.copy(Path(folder) / TEMPLATE, database)
        child = os.fork()
        if child == 0:
            status = 1
            try:
                status = _live(database, kill_at, list(request))
            finally:
                os._exit(status)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if code == 0:
            print(kill_at)  # noqa: T201
            return
        if code != -signal.SIGKILL:
            raise SystemExit(f"the child for border {kill_at} failed")
    raise SystemExit("a request has fewer borders than this")


if __name__ == "__main__":
    main(*sys.argv[1:])
