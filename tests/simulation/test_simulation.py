"""What all simulators share, tried with a small one."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, Literal

import pytest
import requests
from flask import Blueprint, Flask, jsonify
from flask.testing import FlaskClient

from checkout_kit.simulation import (
    Background,
    Dialect,
    SimulatorClock,
    SimulatorParts,
    Switches,
    answer,
    create_app,
    create_control,
    create_pages,
    is_stale,
    parts_of,
    read_body,
    read_decimal,
    render_control,
)
from checkout_kit.testing import LoopbackServer

NOW = datetime(2026, 11, 21, 12, 0, 0, 987_654, tzinfo=timezone.utc)


@dataclass(slots=True)
class TillSwitches(Switches):
    """Switches of each kind."""

    is_open: bool = True
    order: Literal["oldest", "newest"] = "oldest"
    sign: str = "welcome"


class Till(SimulatorParts):
    """The smallest provider: it counts what it was asked."""

    settings: TillSwitches

    def __init__(self) -> None:
        dialect = Dialect(
            "Till", "/api", lambda status, text: {"no": text, "code": status}, lags=True
        )
        super().__init__(dialect, SimulatorClock(lambda: NOW), TillSwitches())
        self.asked = 0


def make_till() -> tuple[Flask, Till]:
    parts = Till()
    api = Blueprint("api", __name__, url_prefix="/api")
    control, pages = create_control(), create_pages()

    @api.get("/count")
    def count() -> Any:
        parts.asked += 1
        return jsonify(count=parts.asked, stale=is_stale())

    @control.post("/echo")
    def echo() -> Any:
        return answer({"amount": str(read_decimal(read_body(), "amount"))})

    @pages.get("/")
    def show() -> str:
        return render_control("simulation/control.html")

    return create_app(__name__, parts, api, control, pages), parts


@pytest.fixture
def till() -> tuple[Flask, Till]:
    return make_till()


@pytest.fixture
def client(till: tuple[Flask, Till]) -> FlaskClient:
    return till[0].test_client()


def plan(client: FlaskClient, mode: str, **fields: Any) -> None:
    answer = client.post("/control/faults", json={"mode": mode, **fields})
    assert answer.status_code == 200, answer.text


def test_parts_are_those_of_the_app(till: tuple[Flask, Till]) -> None:
    app, parts = till
    assert parts_of(app, Till) is parts
    with pytest.raises(TypeError, match="no tests"):
        parts_of(Flask("shop"), Till)


def test_errors_have_the_providers_shape(client: FlaskClient) -> None:
    gone = client.get("/api/nothing")
    assert (gone.status_code, set(gone.get_json())) == (404, {"no", "code"})


def test_a_fault_breaks_the_api_once_and_nothing_else(client: FlaskClient) -> None:
    plan(client, "429", path="/api/count", seconds=7)
    assert client.get("/").status_code == 200
    broken = client.get("/api/count")
    assert (broken.status_code, broken.headers["Retry-After"]) == (429, "7")
    assert broken.get_json() == {"no": "Too many requests.", "code": 429}
    assert client.get("/api/count").get_json()["count"] == 1


@pytest.mark.parametrize("mode", ["malformed", "truncated", "late"])
def test_a_spoiled_answer_has_acted(
    client: FlaskClient, till: tuple[Flask, Till], mode: str
) -> None:
    plan(client, mode, seconds=0)
    client.get("/api/count")
    assert till[1].asked == 1


def test_a_dropped_request_has_acted(till: tuple[Flask, Till]) -> None:
    app, parts = till
    plan(app.test_client(), "drop")
    with pytest.raises(ConnectionAbortedError):
        app.test_client().get("/api/count")
    assert parts.asked == 1


def test_only_reads_are_stale(client: FlaskClient) -> None:
    plan(client, "stale", times=2)
    assert client.post("/api/count").status_code == 405
    assert client.get("/api/count").get_json()["stale"] is True


@pytest.mark.parametrize(
    "fault",
    [{"mode": "earthquake"}, {"mode": "500", "times": 0}, {"mode": 5}]
    + [{"mode": "slow", "seconds": seconds} for seconds in (-1, 121, "soon")],
)
def test_an_impossible_fault_is_refused(client: FlaskClient, fault: Any) -> None:
    assert client.post("/control/faults", json=fault).status_code == 400
    assert client.get("/control/faults").get_json() == {"faults": []}


@pytest.mark.parametrize(
    "method, path", [("DELETE", "/control/faults"), ("POST", "/control/faults/clear")]
)
def test_faults_are_cleared(client: FlaskClient, method: str, path: str) -> None:
    plan(client, "500", times=9)
    client.open(path, method=method)
    assert client.get("/api/count").status_code == 200


def test_switches_of_each_kind_change(client: FlaskClient) -> None:
    wanted = {"is_open": "off", "order": "newest", "sign": "closed"}
    changed = client.post("/control/settings", json=wanted).get_json()
    assert changed == {"is_open": False, "order": "newest", "sign": "closed"}
    assert client.get("/control/settings").get_json() == changed


@pytest.mark.parametrize(
    "bad",
    [
        {"is_open": 7},
        {"order": "random"},
        {"sign": None},
        {"sign": "x" * 101},
        {"a": 1},
    ],
)
def test_one_bad_switch_changes_none(client: FlaskClient, bad: Any) -> None:
    before = client.get("/control/settings").get_json()
    answer = client.post("/control/settings", json={"sign": "other", **bad})
    assert answer.status_code == 400
    assert client.get("/control/settings").get_json() == before


@pytest.mark.parametrize("digits, microsecond", [(0, 0), (3, 987_000), (6, 987_654)])
def test_the_clock_has_as_many_digits_as_the_provider_prints(
    digits: int, microsecond: int
) -> None:
    clock = SimulatorClock(lambda: NOW, digits=digits)
    assert clock.now().microsecond == microsecond
    clock.advance(-90)
    assert clock.real() - clock.now() >= timedelta(seconds=90)
    assert clock.offset == -90


@pytest.mark.parametrize(
    "body",
    [
        "NaN",
        "[" * 9999,
        "[]",
        '{"amount": "1e99"}',
        '{"amount": true}',
        '{"amount": "x"}',
    ],
)
def test_what_is_no_number_is_refused(client: FlaskClient, body: str) -> None:
    assert client.post("/control/echo", data=body).status_code == 400


def test_numbers_stay_exact(client: FlaskClient) -> None:
    body = '{"amount": 0.10000000000000000001}'
    echoed = client.post("/control/echo", data=body).get_json()
    assert echoed == {"amount": "0.10000000000000000001"}


def test_another_machine_and_another_site_are_refused(client: FlaskClient) -> None:
    far = {"REMOTE_ADDR": "192.0.2.1"}
    other = {"Origin": "https://other.example.com"}
    for path in ("/", "/control/time"):
        assert client.get(path, environ_base=far).status_code == 403
        assert client.get(path, headers=other).status_code == 403


def test_the_page_works_below_a_prefix(client: FlaskClient) -> None:
    at_till = {"SCRIPT_NAME": "/till"}
    page = client.get("/", environ_overrides=at_till)
    assert 'action="/till/control/time?from_page=1"' in page.text
    assert 'href="/till/simulation/simulator.css"' in page.text
    moved = client.post(
        "/control/time?from_page=1", data={"advance": "5"}, environ_overrides=at_till
    )
    assert (moved.status_code, moved.location) == (303, "/till/")
    with client.get("/simulation/simulator.css") as style:
        assert style.mimetype == "text/css"


@pytest.mark.slow
def test_background_work_starts_with_a_server_and_stops(
    till: tuple[Flask, Till],
) -> None:
    app, _ = till
    done = threading.Event()
    background = Background("till-work", done.set)
    background.start_when_served(app)
    with LoopbackServer(app) as server:
        app.test_client().get("/api/count")
        assert "till-work" not in [thread.name for thread in threading.enumerate()]
        requests.get(f"{server.url}/api/count", timeout=5)
        assert done.wait(5)
        background.stop()
        requests.get(f"{server.url}/api/count", timeout=5)
        time.sleep(0.1)
    assert "till-work" not in [thread.name for thread in threading.enumerate()]
