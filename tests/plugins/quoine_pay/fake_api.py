"""A stand-in for the API on loopback that answers with files and records requests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from werkzeug.wrappers import Request, Response

from checkout_kit.testing import FakeClock, LoopbackServer
from checkout_kit_quoine_pay.config import QuoinePaySettings

RESPONSES = Path(__file__).parent / "responses"
USER_ID, SECRET = "1", "SECRET-of-the-example-account"
#: When the document's example invoice was made.
START = datetime(2014, 8, 8, 10, 40, 13, tzinfo=timezone.utc)


def read_text(case: str) -> str:
    return (RESPONSES / f"{case}.json").read_text()


def read_case(case: str) -> Any:
    return json.loads(read_text(case))


def make_clock() -> FakeClock:
    return FakeClock(START)


@dataclass
class Seen:
    method: str
    path: str
    target: str
    body: bytes
    headers: dict[str, str]

    @property
    def data(self) -> Any:
        return json.loads(self.body)


class FakeApi:
    """Answers ``METHOD /path`` with what was put there; the last answer stays."""

    def __init__(self) -> None:
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
        return [s for s in self.seen if f"{s.method} {s.path}" == endpoint]

    def __call__(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        seen = Seen(
            request.method,
            request.path.removeprefix("/api/v1"),
            environ["REQUEST_URI"],
            request.get_data(),
            dict(request.headers),
        )
        self.seen.append(seen)
        waiting = self.answers.get(f"{seen.method} {seen.path}")
        if not waiting:
            status, value = 404, read_case("error_message")
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
def running_api() -> Iterator[FakeApi]:
    api = FakeApi()
    with LoopbackServer(api) as server:
        api.url = f"{server.url}/api/v1"
        yield api


def make_settings(url: str, **changes: Any) -> QuoinePaySettings:
    options: dict[str, Any] = {
        "user_id": USER_ID,
        "user_secret": SECRET,
        "base_url": url,
        "test_mode": True,
        "read_timeout": 2.0,
        "total_timeout": 2.0,
    }
    return QuoinePaySettings(**(options | changes))
