"""What is measured of webhooks: whether slow receivers are worked for side by side."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bench.goals import GOALS, Result
from bench.in_process import timed
from bench.kit import DATABASE_VARIABLE, QuickProvider, create, make_kit
from bench.limit import BYTES_VARIABLE
from bench.rounds import race, ratios
from bench.servers import gunicorn
from checkout_kit.wiring import Services

_GOAL = next(goal for goal in GOALS if goal.key == "sending")
_EVENTS = 20


def measure_sending(folder: Path) -> Result:
    """Send events to four endpoints and to one, each of which takes 50 ms for one."""
    environment = {
        DATABASE_VARIABLE: f"sqlite:///{folder / 'sink.sqlite'}",
        BYTES_VARIABLE: "0",
    }
    arguments = ("--worker-class", "gthread", "--threads", "8")
    make_kit(environment[DATABASE_VARIABLE], {"quick": QuickProvider})[0].init_db()
    with gunicorn("bench.limit:create_app", environment, *arguments) as server:
        found = race(
            "sending",
            {
                "four": _sending(folder, server, 4),
                "one": _sending(folder, server, 1),
            },
        )
    return Result(_GOAL, ratios(found["four"], found["one"]))


def _sending(folder: Path, server: str, endpoints: int) -> Callable[[], float]:
    kit, app = make_kit(
        f"sqlite:///{folder / f'sending-{endpoints}'}.sqlite",
        {"quick": QuickProvider},
        CHECKOUT_KIT_ALLOW_PRIVATE_WEBHOOKS=["127.0.0.0/8"],
    )
    services: Services = app.extensions["checkout_kit"]
    with app.app_context():
        kit.init_db()
    for number in range(endpoints):
        services.outgoing.endpoints.add(f"{server}/slow-sink?{number}")

    def measure() -> float:
        with app.app_context():
            for number in range(_EVENTS):
                create(kit, number)
        services.delivering.dispatch()
        wanted = _EVENTS * endpoints
        return wanted / timed(lambda: _send_all(services, wanted))

    return measure


def _send_all(services: Services, wanted: int) -> None:
    sent = services.outgoing.lanes.send_all()
    assert sent == wanted, (sent, wanted)  # noqa: S101
