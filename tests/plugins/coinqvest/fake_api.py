"""A stand-in for the API on loopback that answers with files and records requests."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from checkout_kit_coinqvest.config import CoinqvestSettings

RESPONSES = Path(__file__).parent / "responses"
KEY, SECRET = "KEY123456789", "SECRET-of-the-example-account"


def read_text(case: str) -> str:
    return (RESPONSES / f"{case}.json").read_text()


def read_case(case: str) -> Any:
    return json.loads(read_text(case))


class Ticker:
    """A clock that tests move."""

    def __init__(self, moment: datetime | None = None) -> None:
        self.moment = moment or datetime(2020, 9, 13, 12, 26, 40, tzinfo=timezone.utc)

    def now(self) -> datetime:
        return self.moment

    def advance(self, **parts: float) -> None:
        self.moment += timedelta(**parts)


@dataclass
class Seen:
    method: str
    path: str
    query: dict[str, str]
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
        self.url = ""

    def put(self, endpoint: str, *answers: Any) -> None:
        """Answer with JSON values, texts, ``(status, value)`` or callables."""
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
            dict(request.args),
            request.get_data(),
            dict(request.headers),
        )
        self.seen.append(seen)
        waiting = self.answers.get(f"{seen.method} {seen.path}")
        if not waiting:
            status, value = 404, {"errors": ["Not found."]}
        else:
            status, value = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if callable(value):
            value = value(seen)
            if isinstance(value, tuple):
                status, value = value
        text = value if isinstance(value, str) else json.dumps(value)
        response = Response(text, status=status, content_type="application/json")
        return response(environ, start_response)


class _Quiet(WSGIRequestHandler):
    def log_request(self, *args: Any, **kwargs: Any) -> None:
        """Keep the test's own log readable."""


@contextmanager
def quiet_server(app: Any) -> Iterator[str]:
    """Serve a WSGI app on loopback and hand out its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join(5)
        server.server_close()


@contextmanager
def running_api() -> Iterator[FakeApi]:
    api = FakeApi()
    with quiet_server(api) as root:
        api.url = f"{root}/api/v1"
        yield api


def make_settings(api: FakeApi, **changes: Any) -> CoinqvestSettings:
    options: dict[str, Any] = {
        "api_key": KEY,
        "api_secret": SECRET,
        "base_url": api.url,
        "test_mode": True,
        "read_timeout": 2.0,
        "total_timeout": 2.0,
    }
    return CoinqvestSettings(**(options | changes))
