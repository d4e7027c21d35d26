"""What buyers and shops ask over HTTP: creating, the page, its poll."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
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
_CREATING = frozenset({"create-sqlite", "create-postgresql"})
_VIEWING = frozenset({"page", "poll", "poll-304"})
#: The goals that are measured here.
KEYS = _CREATING | _VIEWING


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
    sqlite: Databases, postgresql: Databases, folder: Path, wanted: frozenset[str]
) -> list[Result]:
    """Start all servers and let wrk ask them in turn."""
    wrk = Wrk(folder)
    found: list[Result] = []
    with ExitStack() as servers:

        def serve(factory: str, url: str, size: int = 0) -> str:
            environment = {DATABASE_VARIABLE: url, BYTES_VARIABLE: str(size)}
            return servers.enter_context(gunicorn(factory, environment))

        kit = serve("bench.kit:create_app", sqlite.kit)
        page = f"{kit}/checkout/{sqlite.checkout.token}"
        size = len(requests.get(page, timeout=10).content)
        limit = serve("bench.limit:create_app", sqlite.limit, size)
        if wanted & _CREATING:
            kit_postgresql = serve("bench.kit:create_app", postgresql.kit)
            limit_postgresql = serve("bench.limit:create_app", postgresql.limit)
            found += _measure_creating(
                wrk,
                {
                    "create-sqlite": (kit, limit),
                    "create-postgresql": (kit_postgresql, limit_postgresql),
                },
            )
        if wanted & _VIEWING:
            json = f"{limit}/json/{sqlite.checkout.id}"
            found += _measure_viewing(wrk, page, f"{limit}/page", json)
    return [result for result in found if result.goal.key in wanted]


def _measure_creating(
    wrk: Wrk, servers: Mapping[str, tuple[str, str]]
) -> Iterator[Result]:
    sides: dict[str, Measure] = {}
    for key, (kit, limit) in servers.items():
        sides[f"{key} kit"] = _asking(wrk, f"{kit}/orders", post=True)
        sides[f"{key} limit"] = _asking(wrk, f"{limit}/orders", post=True)
    orders = race("creating", sides)
    for key in servers:
        of, to = orders[f"{key} kit"], orders[f"{key} limit"]
        yield Result(_GOALS[key], ratios(of, to))


def _measure_viewing(wrk: Wrk, page: str, static: str, json: str) -> Iterator[Result]:
    poll = f"{page}/status"
    etag = requests.get(poll, timeout=10).headers["ETag"]
    views = race(
        "viewing",
        {
            "page": _asking(wrk, page),
            "static": _asking(wrk, static),
            "poll": _asking(wrk, poll),
            "304": _asking(wrk, poll, headers={"If-None-Match": etag}),
            "json": _asking(wrk, json),
        },
    )
    yield Result(_GOALS["page"], ratios(views["page"], views["static"]))
    yield Result(_GOALS["poll"], ratios(views["poll"], views["json"]))
    yield Result(_GOALS["poll-304"], ratios(views["304"], views["poll"]))


def _asking(
    wrk: Wrk, url: str, *, post: bool = False, headers: Mapping[str, str] | None = None
) -> Measure:
    return lambda: wrk.rate(url, post=post, headers=headers)
