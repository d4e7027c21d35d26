"""docs/webhooks.md says what the code does, and its receivers work."""

from __future__ import annotations

import json
import os
import re
import runpy
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import requests

from checkout_kit import PaymentObservation, PaymentStatus, UnmatchedDeposit
from checkout_kit.domain.event import EVENT_HOOKS
from checkout_kit.domain.webhook_signature import make_secret, sign_standard
from checkout_kit.services.sample_events import sample_data
from checkout_kit.services.schedule import MAX_RETRY_AFTER, SEND_PAUSES
from tests.outgoing.conftest import Sender
from tests.support.components import miss

TEXT = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text(encoding="utf-8")
SECRET = make_secret()
BODY = b'{"id":"1","type":"checkout.paid","data":{"reference":"\xe2\x82\xac"}}'


def _example(language: str) -> str:
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.M | re.S)
    return str(found)


def _listed_events() -> dict[str, set[str]]:
    table = TEXT.partition("<!-- events:")[2].partition("<!-- end of events -->")[0]
    rows = re.findall(r"^\| `([a-z.]+)` \|[^|]*\|([^|]*)\|", table, re.M)
    return {type: set(re.findall(r"`([a-z_]+)`", fields)) for type, fields in rows}


def test_every_event_is_listed_with_its_fields() -> None:
    listed = _listed_events()
    assert set(listed) == set(EVENT_HOOKS)
    common = set(sample_data("checkout.created"))
    for type, fields in listed.items():
        data = set(sample_data(type))
        of_no_checkout = type == "deposit.unmatched" or type.startswith("withdrawal.")
        assert fields == (data if of_no_checkout else data - common), type


def test_the_documented_event_is_the_sample() -> None:
    shown = json.loads(_example("json"))
    assert shown["data"] == sample_data("checkout.paid")
    assert shown["type"] == "checkout.paid"


def test_samples_hold_what_real_events_hold(sender: Sender) -> None:
    """An order is paid, reversed, resolved; others are cancelled and expire."""
    kit = sender.kit
    paid = sender.create()
    sender.pay(paid)
    kit.run_due()
    invoice = kit.get_checkout(paid).invoices[0]
    sender.script.payments[invoice.id] = [
        PaymentObservation(f"d-{invoice.id}", invoice.amount, PaymentStatus.REVERSED)
    ]
    kit.check_checkout(paid)
    kit.resolve_checkout(paid)
    kit.cancel_checkout(sender.create())
    sender.create()
    with sender.services.basis.units.write() as unit:
        sender.services.detection._recorder._keep_unmatched(
            unit, "scripted", "default", UnmatchedDeposit("x", "why", invoice.amount)
        )
        unit.commit()
    clock: Any = sender.services.basis.clock
    clock.advance(90_000)
    kit.run_due()
    found = {e.type: e.data for e in sender.outgoing.event_log.page(limit=250)}
    # A withdrawal's events and their samples are made by one function.
    of_orders = {type for type in EVENT_HOOKS if not type.startswith("withdrawal.")}
    assert set(found) == of_orders
    for type, data in found.items():
        assert set(data) == set(sample_data(type)), type


def test_the_retry_table_is_the_schedule() -> None:
    units = {"second": 1, "minute": 60, "hour": 3600}
    rows = re.findall(r"^\| (\d+) \| (\d+) (second|minute|hour)s? \|", TEXT, re.M)
    pauses = [timedelta(seconds=int(n) * units[unit]) for _, n, unit in rows]
    assert tuple(pauses) == SEND_PAUSES
    assert [int(number) for number, *_ in rows] == list(range(1, len(rows) + 1))
    assert f"up to {MAX_RETRY_AFTER // timedelta(hours=1)} hours" in TEXT


Ask = Callable[[Mapping[str, str], bytes], int]


@contextmanager
def _python(folder: Path) -> Iterator[Ask]:
    path = folder / "receiver.py"
    path.write_text(_example("python"), encoding="utf-8")
    client = runpy.run_path(str(path))["app"].test_client()
    yield (
        lambda headers, body: (
            client.post("/hook", data=body, headers=dict(headers)).status_code
        )
    )


@contextmanager
def _served(command: list[str], port: int) -> Iterator[Ask]:
    environment = {**os.environ, "WEBHOOK_SECRET": SECRET, "PORT": str(port)}
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(400):
            with socket.socket() as probe:
                if not probe.connect_ex(("127.0.0.1", port)):
                    break
            time.sleep(0.05)
        yield (
            lambda headers, body: (
                requests.post(
                    f"http://127.0.0.1:{port}/hook",
                    data=body,
                    headers=headers,
                    timeout=20,
                ).status_code
            )
        )
    finally:
        process.terminate()
        process.wait(10)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


@contextmanager
def _node(folder: Path) -> Iterator[Ask]:
    node = shutil.which("node")
    if node is None:
        miss("there is no Node on this machine")
    path = folder / "receiver.mjs"
    path.write_text(_example("js"), encoding="utf-8")
    with _served([node, str(path)], _free_port()) as ask:
        yield ask


@contextmanager
def _php(folder: Path) -> Iterator[Ask]:
    php = shutil.which("php")
    if php is None:
        miss("there is no PHP on this machine")
    path = folder / "receiver.php"
    path.write_text(_example("php"), encoding="utf-8")
    port = _free_port()
    with _served([php, "-S", f"127.0.0.1:{port}", str(path)], port) as ask:
        yield ask


@pytest.mark.parametrize(
    "receiver",
    [
        _python,
        pytest.param(_node, marks=pytest.mark.slow),
        pytest.param(_php, marks=pytest.mark.slow),
    ],
)
def test_a_documented_receiver_takes_what_is_genuine_and_nothing_else(
    receiver: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEBHOOK_SECRET", SECRET)
    now = datetime.now(timezone.utc)
    good = sign_standard([SECRET], "1", now, BODY)
    other = sign_standard([make_secret()], "1", now, BODY)
    both = sign_standard([make_secret(), SECRET], "1", now, BODY)
    with receiver(tmp_path) as ask:
        assert ask(good, BODY) == 204
        assert ask(both, BODY) == 204
        assert ask(other, BODY) == 401
        assert ask(good, BODY + b" ") == 401
        assert ask({**good, "webhook-id": "2"}, BODY) == 401
        assert ask({}, BODY) == 401
        for seconds in (-400, 400):
            at = now + timedelta(seconds=seconds)
            assert ask(sign_standard([SECRET], "1", at, BODY), BODY) == 401
