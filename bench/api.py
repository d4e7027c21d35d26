"""What programs ask of the REST API: signed requests, beside a bare app without any."""

from __future__ import annotations

import hashlib
import hmac
import json
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from itertools import count
from pathlib import Path

from bench.goals import GOALS, Result
from bench.kit import DATABASE_VARIABLE, QuickProvider, create, make_kit
from bench.limit import BYTES_VARIABLE
from bench.rounds import Measure, race, ratios
from bench.servers import SECONDS, Prepared, Wrk, gunicorn

_GOALS = {goal.key: goal for goal in GOALS}
#: The goals that are measured here.
KEYS = frozenset({"api-create", "api-read"})
#: More orders than any machine takes in that time.
_ORDERS = 4000 * SECONDS
_PREFIX = "/api/v1"


class Merchant:
    """A merchant's program, which signs what it sends."""

    def __init__(self, key: str, secret: str) -> None:
        self._key = key
        self._secret = secret.encode()
        self._numbers = count(1)

    def sign(self, method: str, path: str, body: str = "") -> Mapping[str, str]:
        """The headers of a request, good for some seconds."""
        now = str(int(time.time()))
        text = f"{path}{now}{method}{body}".encode()
        return {
            "X-Digest-Key": self._key,
            "X-Digest-Timestamp": now,
            "X-Digest-Signature": hmac.new(
                self._secret, text, hashlib.sha256
            ).hexdigest(),
        }

    def orders(self) -> Iterator[Prepared]:
        """Write orders; a signature is used up, so no two of them are the same."""
        item = {"description": "T-Shirt", "netAmount": 10}
        charge = {"currency": "USD", "lineItems": [item]}
        for _ in range(_ORDERS):
            reference = f"order-{next(self._numbers)}"
            body = json.dumps({"charge": charge, "reference": reference})
            yield Prepared(self.sign("POST", "/checkout/hosted", body), body)


def measure_api(folder: Path, wanted: frozenset[str]) -> Iterator[Result]:
    """Start both servers and let wrk ask them in turn."""
    database = folder / "api.sqlite"
    merchant, checkout_id = _open_shop(f"sqlite:///{database}")
    shutil.copy(database, folder / "bare.sqlite")
    wrk = Wrk(folder)
    with ExitStack() as servers:

        def serve(factory: str, name: str) -> str:
            environment = {
                DATABASE_VARIABLE: f"sqlite:///{folder / name}",
                BYTES_VARIABLE: "0",
            }
            return servers.enter_context(gunicorn(factory, environment))

        api = serve("bench.kit:create_app", database.name) + _PREFIX
        bare = serve("bench.limit:create_app", "bare.sqlite")
        sides: Mapping[str, Measure] = {
            "create": lambda: wrk.rate_of_posts(
                f"{api}/checkout/hosted", merchant.orders
            ),
            "insert": lambda: wrk.rate(f"{bare}/orders", post=True),
            "read": lambda: wrk.rate(
                f"{api}/checkout?id={checkout_id}",
                headers=merchant.sign("GET", "/checkout"),
            ),
            "json": lambda: wrk.rate(f"{bare}/json/{checkout_id}"),
        }
        found = race("REST API", sides)
    for key, of, to in (
        ("api-create", "create", "insert"),
        ("api-read", "read", "json"),
    ):
        if key in wanted:
            yield Result(_GOALS[key], ratios(found[of], found[to]))


def _open_shop(url: str) -> tuple[Merchant, str]:
    """Make a shop with a key and a checkout, whose id is given back."""
    kit, app = make_kit(url, {"quick": QuickProvider})
    with app.app_context():
        kit.init_db()
        checkout = create(kit)
        services = app.extensions["checkout_kit"]
        made = services.api_keys.create(services.basis.clock.now(), store_id="default")
        kit.close()
    return Merchant(made.key.id, made.secret), checkout.id
