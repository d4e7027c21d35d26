"""A merchant's program: signs requests as the document says, and reads answers."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from checkout_kit.services.api_keys import NewSecret
from checkout_kit.testing.clock import FakeClock

PREFIX = "/api/v1"
#: The document's minimal payload.
MINIMAL = {
    "charge": {
        "currency": "USD",
        "lineItems": [{"description": "T-Shirt", "netAmount": 10.00}],
    }
}


def sign(secret: str, path: str, timestamp: object, method: str, body: bytes) -> str:
    """Make an X-Digest-Signature, written from the document."""
    message = f"{path}{timestamp}{method}".encode() + body
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


class Merchant:
    """Calls an app's API with one key."""

    def __init__(self, app: Flask, clock: FakeClock, made: NewSecret) -> None:
        self.client: FlaskClient = app.test_client()
        self.clock = clock
        self.key = made.key.id
        self.secret = made.secret
        self.store_id = made.key.store_id
        self._orders = itertools.count(1)

    def get(self, path: str, **query: object) -> TestResponse:
        """Read something."""
        return self.call("GET", path, query=query)

    def post(self, path: str, body: Any = None, **headers: str) -> TestResponse:
        """Change something; the body is JSON, or bytes as they are."""
        return self.call("POST", path, body, headers=headers)

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: dict[str, object] | str | None = None,
        headers: dict[str, str] | None = None,
        address: str = "127.0.0.1",
    ) -> TestResponse:
        """Send one signed request."""
        raw = as_bytes(body)
        return self.client.open(
            PREFIX + path,
            method=method,
            query_string=query or "",
            data=raw or None,
            headers={**self.headers(method, path, raw), **_spelled(headers or {})},
            environ_base={"REMOTE_ADDR": address},
        )

    def headers(self, method: str, path: str, raw: bytes) -> dict[str, str]:
        """The headers of a signed request."""
        timestamp = int(self.clock.now().timestamp())
        signed = b"" if method in ("GET", "HEAD") else raw
        return {
            "X-Digest-Key": self.key,
            "X-Digest-Timestamp": str(timestamp),
            "X-Digest-Signature": sign(self.secret, path, timestamp, method, signed),
        }

    def order(self, **fields: Any) -> dict[str, Any]:
        """A payload for a checkout that no other order has."""
        return {**MINIMAL, "reference": f"order-{next(self._orders)}", **fields}


def as_bytes(body: Any) -> bytes:
    """The body as it is sent."""
    if body is None:
        return b""
    return body if isinstance(body, bytes) else json.dumps(body).encode()


def errors_of(response: TestResponse) -> list[str]:
    """The errors of a refused request, which is in the document's shape."""
    body = response.get_json()
    assert response.mimetype == "application/json"
    assert list(body) == ["errors"]
    assert all(isinstance(error, str) and error for error in body["errors"])
    errors: list[str] = body["errors"]
    return errors


def _spelled(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
