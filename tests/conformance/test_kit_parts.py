"""The parts that benches and scenarios are made of, each by itself."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path

import pytest
import requests
from flask import Flask

from checkout_kit import CheckoutKit
from checkout_kit.testing import FakeClock, LoopbackServer, WebhookRecorder
from checkout_kit.testing.blank import prepare_database
from checkout_kit.testing.length_extension import extend_sha256


def test_a_clock_moves_only_when_it_is_moved() -> None:
    """And then by exactly what was asked for."""
    clock = FakeClock()
    start = clock.now()
    clock.advance(90.5)
    assert clock.now() - start == timedelta(seconds=90.5)


def test_a_clock_shows_utc() -> None:
    """Whatever time zone it was started in."""
    clock = FakeClock(datetime(2026, 3, 1, 1, tzinfo=timezone(timedelta(hours=2))))
    assert clock.now() == datetime(2026, 2, 28, 23, tzinfo=timezone.utc)
    assert clock.now().utcoffset() == timedelta(0)


def test_a_clock_never_runs_backwards() -> None:
    """Nor does it start at a time of no zone."""
    with pytest.raises(ValueError, match="backwards"):
        FakeClock().advance(-1)
    with pytest.raises(ValueError, match="time zone"):
        FakeClock(datetime(2026, 1, 1))  # noqa: DTZ001, RUF100


@pytest.mark.parametrize("length", [1, 12, 29, 55, 56, 63, 64, 65, 128])
def test_the_length_extension_is_a_real_attack(length: int) -> None:
    """What it forges is what a plain hash of secret and message accepts."""
    secret, message = b"s" * length, b'{"checkoutId":"abc"}'
    genuine = sha256(secret + message).hexdigest()
    forged, digest = extend_sha256(
        genuine, message, b',"state":"COMPLETED"}', secret_length=length
    )
    assert forged.startswith(message)
    assert sha256(secret + forged).hexdigest() == digest


def test_a_recorder_keeps_what_came_in() -> None:
    """With the path behind the provider's name, and headers in lower case."""
    recorder = WebhookRecorder("acme")
    with LoopbackServer(recorder) as server:
        answer = requests.post(
            f"{server.url}/checkout/hooks/acme/tok%20en",
            data=b'{"n":1}',
            headers={"X-Acme-Signature": "abc"},
            timeout=5,
        )
    assert answer.status_code == 200
    (request,) = recorder.wait_for(1)
    assert request.method == "POST"
    assert request.path == "tok en"
    assert request.body == b'{"n":1}'
    assert request.headers["x-acme-signature"] == "abc"


def test_a_loopback_server_is_gone_when_it_is_closed() -> None:
    """Its port no longer answers."""
    with LoopbackServer(Flask("empty")) as server:
        address = server.url
        assert requests.get(address, timeout=5).status_code == 404
    with pytest.raises(requests.ConnectionError):
        requests.get(address, timeout=1)


def test_copied_databases_belong_to_different_installations(tmp_path: Path) -> None:
    """Two shops at one provider account must not be taken for one."""
    ids = set()
    for number in range(3):
        app = Flask("shop")
        file = tmp_path / f"shop-{number}.sqlite3"
        app.config.update(
            TESTING=True,
            SECRET_KEY="not a secret",
            CHECKOUT_KIT_DATABASE_URL=f"sqlite:///{file}",
            CHECKOUT_KIT_PLUGINS={},
        )
        kit = CheckoutKit(app)
        with app.app_context():
            prepare_database(kit, file)
        kit.close()
        with closing(sqlite3.connect(file)) as database:
            found = "SELECT id FROM checkout_kit_installation"
            ids |= set(database.execute(found).fetchall())
    assert len(ids) == 3
