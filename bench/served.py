"""What buyers and shops ask over HTTP: creating, the page, its poll."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from bench.goals import GOALS, Result
from bench.kit import DATABASE_VARIABLE, METHOD, QuickProvider, create, make_kit
from bench.limit import BYTES_VARIABLE
from bench.rounds import Measure, race, ratios
from bench.servers import Wrk, gunicorn
from checkout_kit import Checkout
from tests.support.postgresql import PostgresqlServer

_GOALS = {goal.key: goal for goal in GOALS}


@dataclass(frozen=True, slots=True)
class Databases:
    """The kit's database of one kind, and the bare app's copy of it."""

    kit: str
    limit: str
    checkout: Checkout


def make_sqlite(folder: Path) -> Databases:
    """Make both as files."""
    kit, limit = (folder / f"{name}.sqlite" for name in ("kit", "limit"))
    checkout = prepare(f"sqlite:///{kit}")
    shutil.copy(kit, limit)
    return Databases(f"sqlite:///{kit}", f"sqlite:///{limit}", checkout)


@contextmanager
def made_postgresql(server: PostgresqlServer) -> Iterator[Databases]:
    """Make both on a server."""
    name = server.create_database()
    checkout = prepare(server.url_of(name))
    with server.database(template=name) as limit:
        yield Databases(server.url_of(name), limit, checkout)


def prepare(url: str) -> Checkout:
    """Make the tables and one checkout that waits for its payment."""
    kit, app = make_kit(url, {"quick": QuickProvider})
    with app.app_context():
        kit.init_db()
        checkout = create(kit)
        kit.commit_checkout(checkout.id, METHOD)
        kit.run_due()
        kit.close()
    return checkout


def measure_served(
    sqlite: Databases, postgresql: Databases, folder: Path
) -> list[Result]:
    """Start all servers and let wrk ask them in turn."""
    wrk = Wrk(folder)
    with ExitStack() as servers:

        def serve(factory: str, url: str, size: int = 0) -> str:
            environment = {DATABASE_VARIABLE: url, BYTES_VARIABLE: str(size)}
            return servers.enter_context(gunicorn(factory, environment))

        kit = serve("bench.kit:create_app", sqlite.kit)
        kit_postgresql = serve("bench.kit:create_app", postgresql.kit)
        page = f"{kit}/checkout/{sqlite.checkout.token}"
        size = len(requests.get(page, timeout=10).content)
        etag = requests.get(f"{page}/status", timeout=10).headers["ETag"]
        limit = serve("bench.limit:create_app", sqlite.limit, size)
        limit_postgresql = serve("bench.limit:create_app", postgresql.limit)

        def asking(url: str, *, post: bool = False, header: str = "") -> Measure:
            return lambda: wrk.rate(url, post=post, header=header)

        orders = race(
            "creating",
            {
                "kit": asking(f"{kit}/orders", post=True),
                "limit": asking(f"{limit}/orders", post=True),
                "kit-pg": asking(f"{kit_postgresql}/orders", post=True),
                "limit-pg": asking(f"{limit_postgresql}/orders", post=True),
            },
        )
        views = race(
            "viewing",
            {
                "page": asking(page),
                "static": asking(f"{limit}/page"),
                "poll": asking(f"{page}/status"),
                "304": asking(f"{page}/status", header=f"If-None-Match: {etag}"),
                "json": asking(f"{limit}/json/{sqlite.checkout.id}"),
            },
        )
    return [
        Result(_GOALS["create-sqlite"], ratios(orders["kit"], orders["limit"])),
        Result(
            _GOALS["create-postgresql"], ratios(orders["kit-pg"], orders["limit-pg"])
        ),
        Result(_GOALS["page"], ratios(views["page"], views["static"])),
        Result(_GOALS["poll"], ratios(views["poll"], views["json"])),
        Result(_GOALS["poll-304"], ratios(views["304"], views["poll"])),
    ]
