"""What programs ask of the REST API: signed requests, beside a bare app without any."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from unittest import mock

from flask import Flask
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, run_wsgi_app

from bench import limit
from bench.goals import GOALS, Result
from bench.kit import DATABASE_VARIABLE, QuickProvider, create, make_kit
from bench.limit import BYTES_VARIABLE
from bench.rounds import race, ratios

_GOALS = {goal.key: goal for goal in GOALS}
#: The goals that are measured here.
KEYS = frozenset({"api-create", "api-read"})
_REQUESTS = 150
_PREFIX = "/api/v1"

Environ = dict[str, Any]


class Signer:
    """A merchant's program."""

    def __init__(self, key: str, secret: str) -> None:
        self._key = key
        self._secret = secret.encode()

    def request(self, method: str, path: str, body: bytes, query: str = "") -> Environ:
        """Make a signed request, ready to be sent."""
        now = str(int(time.time()))
        text = f"{path}{now}{method}".encode() + body
        headers = {
            "X-Digest-Key": self._key,
            "X-Digest-Timestamp": now,
            "X-Digest-Signature": hmac.new(
                self._secret, text, hashlib.sha256
            ).hexdigest(),
        }
        return _environ(method, _PREFIX + path, body, query, headers)


def measure_api(folder: Path, wanted: frozenset[str]) -> Iterator[Result]:
    """Ask both apps in this process, by WSGI: what a server adds is left out."""
    kit_url, limit_url = (
        f"sqlite:///{folder / name}.sqlite" for name in ("api", "bare")
    )
    kit, app = make_kit(
        kit_url, {"quick": QuickProvider}, CHECKOUT_KIT_API_RATE="100000000/minute"
    )
    with app.app_context():
        kit.init_db()
        checkout = create(kit)
        services = app.extensions["checkout_kit"]
        made = services.api_keys.create(services.basis.clock.now(), store_id="default")
        kit.close()
    shutil.copy(folder / "api.sqlite", folder / "bare.sqlite")
    environment = {DATABASE_VARIABLE: limit_url, BYTES_VARIABLE: "0"}
    with mock.patch.dict(os.environ, environment):
        bare = limit.create_app()
        signer = Signer(made.key.id, made.secret)
        query = f"id={checkout.id}"
        sides: Mapping[str, Callable[[], float]] = {
            "create": lambda: _rate(app, _orders(signer)),
            "insert": lambda: _rate(
                bare, [_environ("POST", "/orders", b"")] * _REQUESTS
            ),
            "read": lambda: _rate(
                app, [signer.request("GET", "/checkout", b"", query)] * _REQUESTS
            ),
            "json": lambda: _rate(
                bare, [_environ("GET", f"/json/{checkout.id}", b"")] * _REQUESTS
            ),
        }
        found = race("REST API", sides)
    for key, of, to in (
        ("api-create", "create", "insert"),
        ("api-read", "read", "json"),
    ):
        if key in wanted:
            yield Result(_GOALS[key], ratios(found[of], found[to]))


def _orders(signer: Signer) -> list[Environ]:
    # Signatures are used up: no order is the same as another one.
    item = {"description": "T-Shirt", "netAmount": 10}
    return [
        signer.request(
            "POST",
            "/checkout/hosted",
            json.dumps(
                {
                    "charge": {"currency": "USD", "lineItems": [item]},
                    "reference": f"{time.time_ns()}-{number}",
                }
            ).encode(),
        )
        for number in range(_REQUESTS)
    ]


def _environ(
    method: str,
    path: str,
    body: bytes,
    query: str = "",
    headers: Mapping[str, str] | None = None,
) -> Environ:
    builder = EnvironBuilder(
        path,
        method=method,
        data=body or None,
        query_string=query,
        headers=Headers(headers),
    )
    try:
        return dict(builder.get_environ())
    finally:
        builder.close()


def _rate(app: Flask, requests: list[Environ]) -> float:
    begin = time.perf_counter()
    for environ in requests:
        _, status, _ = run_wsgi_app(app.wsgi_app, dict(environ))
        assert status[:1] == "2", status  # noqa: S101
    return len(requests) / (time.perf_counter() - begin)
