"""A receiver of webhooks: a real server on loopback that answers as a test wants."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from werkzeug.wrappers import Request, Response

from checkout_kit.testing import LoopbackServer


@dataclass(frozen=True, slots=True)
class Received:
    """One request that came in."""

    path: str
    headers: Mapping[str, str]
    body: bytes


class Receiver:
    """A WSGI app that notes what comes in, by path, and answers by a script.

    ``answers`` holds, by path, the answers still to give: a status, or status and
    headers. Then it is 200. ``delay`` is how long each path takes.
    """

    def __init__(self) -> None:
        self.answers: dict[str, list[int | tuple[int, dict[str, str]]]] = {}
        self.delay: dict[str, float] = {}
        self.requests: list[Received] = []
        self.url = ""
        self._lock = threading.Lock()

    def at(self, path: str) -> list[Received]:
        """What came in at a path, oldest first."""
        with self._lock:
            return [each for each in self.requests if each.path == path]

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        request = Request(environ)
        received = Received(
            request.path,
            {name.lower(): value for name, value in request.headers.items()},
            request.get_data(),
        )
        with self._lock:
            self.requests.append(received)
            waiting = self.answers.get(request.path)
            answer = waiting.pop(0) if waiting else 200
        time.sleep(self.delay.get(request.path, 0))
        status, headers = answer if isinstance(answer, tuple) else (answer, {})
        made: Any = Response("noted", status, headers)
        body: Iterable[bytes] = made(environ, start_response)
        return body


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Run a receiver for the length of a with block."""
    receiver = Receiver()
    with LoopbackServer(receiver) as server:
        receiver.url = server.url
        yield receiver
