"""What is measured in this process: QR codes, slow providers, idle plugins, events."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import requests
from qrcode import constants
from qrcode.image.svg import SvgPathImage
from qrcode.main import QRCode

from bench.goals import GOALS, Result
from bench.kit import (
    DATABASE_VARIABLE,
    METHOD,
    IdlePlugin,
    QuickProvider,
    SlowProvider,
    create,
    make_kit,
)
from bench.limit import BYTES_VARIABLE, BareRows
from bench.rounds import race, ratios
from bench.servers import gunicorn
from checkout_kit import CheckoutKit, Event
from checkout_kit.web import qr

_GOALS = {goal.key: goal for goal in GOALS}
_EVENTS = 100
_CREATIONS = 40
# A row of its own for each event, and a new value each time: SQLite writes nothing at
# all, and waits for no disk, if an update leaves a row as it was.
_MARKS = "CREATE TABLE bare_mark (number INTEGER PRIMARY KEY, attempts INTEGER)"
_ADD_MARK = "INSERT INTO bare_mark VALUES (?, 0)"
_MARK = "UPDATE bare_mark SET attempts = attempts + 1 WHERE number = ?"


def timed(work: Callable[[], object]) -> float:
    """How long something takes, in seconds."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def spent(work: Callable[[], object]) -> float:
    """How much of the processor something takes, in seconds; waiting is left out."""
    start = time.process_time()
    work()
    return time.process_time() - start


def draw_bare(payload: str) -> bytes:
    """Draw a QR code as a bare app does: by the library, as an SVG path."""
    code = QRCode(error_correction=constants.ERROR_CORRECT_M, border=qr.QUIET_ZONE)
    code.add_data(qr.to_compact(payload))
    drawn: bytes = code.make_image(image_factory=SvgPathImage).to_string()
    return drawn


def measure_first_view(folder: Path) -> Result:
    """Compare what drawing adds to a page with what drawing alone takes."""
    # A process keeps a finished page for a while. Both views are rendered here, for
    # what is asked is what drawing adds: a template that is looked up anew each time
    # is one that may have changed, and such pages are not kept.
    kit, app = make_kit(
        f"sqlite:///{folder / 'view.sqlite'}",
        {"quick": QuickProvider},
        TEMPLATES_AUTO_RELOAD=True,
    )
    client = app.test_client()
    with app.app_context():
        kit.init_db()
        checkout = create(kit)
        instructions = kit.commit_checkout(checkout.id, METHOD).instructions
        kit.run_due()
    assert instructions is not None, "the provider gives instructions"  # noqa: S101
    payload = instructions.payment_uri or ""

    def view() -> None:
        client.get(f"/checkout/{checkout.token}")

    def forget() -> None:
        qr._draw.cache_clear()

    def first() -> float:
        forget()
        return spent(view)

    def again() -> float:
        view()
        return spent(view)

    def draw() -> float:
        return spent(lambda: draw_bare(payload))

    found = race(
        "first view", {"first": first, "again": again, "draw": draw}, rounds=101
    )
    # A difference of two views is noisy: the medians come first here.
    extra = median(found["first"]) - median(found["again"])
    return Result(_GOALS["first-view"], (extra / median(found["draw"]),))


def measure_providers(folder: Path) -> Result:
    """Open pages whose five providers each take 200 ms to answer."""
    plugins: dict[str, type] = {f"slow{n}": SlowProvider for n in range(5)}
    kit, app = make_kit(f"sqlite:///{folder / 'slow.sqlite'}", plugins)
    client = app.test_client()
    with app.app_context():
        kit.init_db()

    def view() -> float:
        with app.app_context():
            token = create(kit).token
        return timed(lambda: client.get(f"/checkout/{token}"))

    found = race("five providers", {"page": view})
    return Result(_GOALS["providers"], tuple(s / 0.2 for s in found["page"]))


def measure_plugins(folder: Path) -> Result:
    """Create checkouts with ten plugins that listen and without, by processor time."""
    idle: dict[str, type] = {f"idle{n}": IdlePlugin for n in range(10)}

    def creating(name: str, plugins: dict[str, type]) -> Callable[[], float]:
        kit, app = make_kit(f"sqlite:///{folder / name}.sqlite", plugins)
        with app.app_context():
            kit.init_db()

        def measure() -> float:
            with app.app_context():
                return median(spent(lambda: create(kit)) for _ in range(_CREATIONS))

        return measure

    found = race(
        "ten plugins",
        {
            "without": creating("without", {"quick": QuickProvider}),
            "with": creating("with", {"quick": QuickProvider, **idle}),
        },
        rounds=15,
    )
    shares = ratios(found["with"], found["without"])
    return Result(_GOALS["plugins"], tuple(share - 1 for share in shares))


def measure_delivery(folder: Path) -> Result:
    """Hand events to a handler that posts them, each delivery committed by itself."""
    url = f"sqlite:///{folder / 'delivery.sqlite'}"
    kit, app = make_kit(url, {"quick": QuickProvider})
    with app.app_context():
        kit.init_db()
        create(kit)
        kit.run_due()
    environment = {DATABASE_VARIABLE: url, BYTES_VARIABLE: "0"}
    # Threads keep connections open, as the servers of webhooks do.
    arguments = ("--worker-class", "gthread", "--threads", "4")
    with gunicorn("bench.limit:create_app", environment, *arguments) as server:
        session = requests.Session()
        session.trust_env = False
        bodies: list[dict[str, object]] = [{"id": "0" * 32, "type": "checkout.created"}]

        def post(body: dict[str, object]) -> None:
            session.post(f"{server}/sink", json=body, timeout=10).raise_for_status()

        @kit.on("checkout.created")
        def tell(event: Event, session: object) -> None:
            bodies[0] = {"id": event.id, "type": event.type, "data": {**event.data}}
            post(bodies[0])

        bare = BareRows(url)
        bare.connection.execute(_MARKS)
        bare.connection.executemany(_ADD_MARK, [(n,) for n in range(_EVENTS)])

        def deliver_bare() -> float:
            return _EVENTS / timed(deliver_all_bare)

        def deliver_all_bare() -> None:
            for number in range(_EVENTS):
                post(bodies[0])
                bare.connection.execute(_MARK, (number,))

        def deliver_kit() -> float:
            with app.app_context():
                for number in range(_EVENTS):
                    create(kit, number)
                return _EVENTS / timed(lambda: _deliver_all(kit))

        found = race("delivering", {"kit": deliver_kit, "bare": deliver_bare})
        bare.connection.close()
    return Result(_GOALS["delivery"], ratios(found["kit"], found["bare"]))


def _deliver_all(kit: CheckoutKit) -> None:
    delivered = kit.run_due().events_delivered
    assert delivered == _EVENTS, delivered  # noqa: S101
