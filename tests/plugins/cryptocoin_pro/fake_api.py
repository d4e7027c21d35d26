"""A stand-in for the API on loopback that answers with files and records requests."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from werkzeug.wrappers import Request, Response

from checkout_kit.http import parse_json
from checkout_kit.testing import FakeClock, LoopbackServer
from checkout_kit_cryptocoin_pro.config import CryptocoinProSettings
from tests.plugins.cryptocoin_pro.keys import private_pem, rsa_key

__all__ = ["FakeApi", "FakeClock", "running_api"]

RESPONSES = Path(__file__).parent / "responses"
USER_ID = "31279d17-83b2-4649-8214-99f9537779f4"
PLATFORM_ID = "5f374d03-be0d-4dd2-b6ef-112a2bec5963"
BANK_ID = "7ab8d78d-d6a5-452c-a8b7-8999459e7d27"
WALLET = "0xefc0c85abd46941766e2ae9a30c57df75b164a08"
#: Stands for whatever is asked for by its id.
ID = "aa7a66a2-fbb5-422e-bc52-7912fa2c96f9"
EMAIL, PASSWORD = "merchant@example.com", "Secret-of-the-example2$"


def read_case(case: str) -> Any:
    """An answer of the document, its numbers as exact as they are written."""
    return parse_json((RESPONSES / f"{case}.json").read_bytes())


def data_of(case: str) -> dict[str, Any]:
    """What an answer's envelope holds."""
    found: dict[str, Any] = read_case(case)["data"]
    return found


def write_json(value: Any) -> str:
    """JSON with Decimals as plain numbers."""
    marks: dict[str, str] = {}

    def mark(number: object) -> str:
        if not isinstance(number, Decimal):
            raise TypeError
        marks[f'"@{len(marks)}@"'] = str(number)
        return f"@{len(marks) - 1}@"

    text = json.dumps(value, default=mark)
    for found, number in marks.items():
        text = text.replace(found, number)
    return text


@dataclass
class Seen:
    """A request that came."""

    method: str
    path: str
    query: dict[str, str]
    body: bytes
    headers: dict[str, str]
    content_type: str

    @property
    def data(self) -> Any:
        """Its JSON."""
        return json.loads(self.body)

    @property
    def endpoint(self) -> str:
        """Its first line, without the query."""
        return f"{self.method} {self.path}"


class FakeApi:
    """Answers ``METHOD /path`` with what was put there; the last answer stays."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.answers: dict[str, list[tuple[int, Any]]] = {}
        self.url = ""
        self.logins = 0
        #: Answers whatever has no answer of its own.
        self.elsewhere: Callable[[Seen], Any] | None = None

    def forget(self) -> None:
        """Begin anew."""
        self.seen, self.answers = [], {}
        self.logins, self.elsewhere = 0, None

    def put(self, endpoint: str, *answers: Any) -> None:
        """Answer with JSON values, texts, ``(status, value)`` or callables."""
        self.answers[endpoint] = [
            answer if isinstance(answer, tuple) else (200, answer) for answer in answers
        ]

    def calls(self, endpoint: str) -> list[Seen]:
        """The requests that came to an endpoint."""
        return [seen for seen in self.seen if seen.endpoint == endpoint]

    @property
    def token(self) -> str:
        """The newest session's token."""
        return f"accessToken{self.logins:03d}" + "x" * 50

    def __call__(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        seen = Seen(
            request.method,
            request.path.removeprefix("/api/v1"),
            dict(request.args),
            request.get_data(),
            dict(request.headers),
            request.content_type or "",
        )
        self.seen.append(seen)
        waiting = self.answers.get(seen.endpoint)
        status: int = 404
        value: Any = {"message": "No query results."}
        if waiting:
            status, value = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        elif seen.path.startswith("/authenticate"):
            self.logins += 1
            data = data_of("post_authenticate") | {"id": self.token}
            status, value = 200, {"data": data}
        elif self.elsewhere is not None:
            status, value = 200, self.elsewhere
        if callable(value):
            value = value(seen)
            if isinstance(value, tuple):
                status, value = value
        text = value if isinstance(value, (str, bytes)) else write_json(value)
        response = Response(text, status=status, content_type="application/json")
        return response(environ, start_response)


@contextmanager
def running_api() -> Iterator[FakeApi]:
    """Serve a fake API."""
    api = FakeApi()
    with LoopbackServer(api) as server:
        api.url = f"{server.url}/api/v1"
        yield api


def settings_for(url: str, **changes: Any) -> CryptocoinProSettings:
    """Settings with a platform, a bank and a wallet."""
    options: dict[str, Any] = {
        "base_url": url,
        "email": EMAIL,
        "platform_id": PLATFORM_ID,
        "private_key": private_pem(rsa_key()),
        "bank_id": BANK_ID,
        "redirect_wallets": {"ETH": WALLET},
        "checkout_url": "https://checkout.example.com",
        "guest_email": "guest-{checkout}@shop.example.com",
        "test_mode": True,
        "read_timeout": 1.0,
        "total_timeout": 1.0,
    }
    return CryptocoinProSettings(**(options | changes))
