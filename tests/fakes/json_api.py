"""A stand-in for a provider's API on loopback: files for answers, requests recorded."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from werkzeug.wrappers import Request, Response

from checkout_kit.testing import LoopbackServer


@dataclass
class Seen:
    """A request as it came in; ``path`` is without the API's prefix."""

    method: str
    path: str
    target: str
    body: bytes
    headers: dict[str, str]

    @property
    def data(self) -> Any:
        """The body's JSON."""
        return json.loads(self.body)


class FakeApi:
    """Answers ``METHOD /path`` with what was put there; the last answer stays.

    :param prefix: the path before all endpoints.
    :param missing: the answer of status 404 where nothing was put.
    """

    def __init__(self, prefix: str, missing: Any) -> None:
        self._prefix = prefix
        self._missing = missing
        self.seen: list[Seen] = []
        self.answers: dict[str, list[tuple[int, Any]]] = {}
        self.headers: dict[str, str] = {}
        self.url = ""

    def put(self, endpoint: str, *answers: Any) -> None:
        """Answer with JSON values, texts, bytes, ``(status, value)`` or callables."""
        self.answers[endpoint] = [
            answer if isinstance(answer, tuple) else (200, answer) for answer in answers
        ]

    def calls(self, endpoint: str) -> list[Seen]:
        """The requests to an endpoint."""
        return [s for s in self.seen if f"{s.method} {s.path}" == endpoint]

    def __call__(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        seen = Seen(
            request.method,
            request.path.removeprefix(self._prefix),
            environ["REQUEST_URI"],
            request.get_data(),
            dict(request.headers),
        )
        self.seen.append(seen)
        waiting = self.answers.get(f"{seen.method} {seen.path}")
        if not waiting:
            status, value = 404, self._missing
        else:
            status, value = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if callable(value):
            value = value(seen)
            if isinstance(value, tuple):
                status, value = value
        text = value if isinstance(value, (str, bytes)) else json.dumps(value)
        response = Response(text, status=status, content_type="application/json")
        response.headers.update(self.headers)
        return response(environ, start_response)


@contextmanager
def serving(api: FakeApi) -> Iterator[FakeApi]:
    """Serve the API on loopback."""
    with LoopbackServer(api) as server:
        api.url = f"{server.url}{api._prefix}"
        yield api
