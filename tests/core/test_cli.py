"""The commands: what operators run, and what it prints."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import click
import pytest
from click.testing import CliRunner
from flask import Flask
from flask.cli import FlaskGroup, NoAppException
from flask.testing import FlaskCliRunner

from checkout_kit import CheckoutKit, PaymentObservation, PaymentStatus, hookimpl
from checkout_kit.services.operations import StoredOperation
from checkout_kit.testing.clock import FakeClock
from tests.fakes.scripted import (
    Script,
    kit_of,
    scripted_kit,
    scripted_plugin,
    ten_dollars,
)


@pytest.fixture
def script() -> Script:
    """What the provider does."""
    return Script()


@pytest.fixture
def app(tmp_path: Any, clock: FakeClock, script: Script) -> Iterator[Flask]:
    """An app with a kit."""
    _, app = scripted_kit(f"sqlite:///{tmp_path / 'kit.db'}", clock, script)
    yield app
    app.extensions["checkout_kit"].database.dispose()


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    """Runs commands."""
    return app.test_cli_runner()


def test_init_db_makes_the_tables(tmp_path: Any) -> None:
    app = Flask("fresh")
    app.config.update(
        TESTING=True, CHECKOUT_KIT_DATABASE_URL=f"sqlite:///{tmp_path / 'kit.db'}"
    )
    CheckoutKit(app)
    runner = app.test_cli_runner()
    before = runner.invoke(args=["checkout", "doctor"])
    assert before.exit_code == 1
    assert "init-db" in before.output
    for _ in range(2):
        assert runner.invoke(args=["checkout", "init-db"]).exit_code == 0
    app.extensions["checkout_kit"].database.dispose()


def test_plugins_lists_what_each_can_do(runner: FlaskCliRunner) -> None:
    result = runner.invoke(args=["checkout", "plugins", "--json"])
    rows = {row["plugin"]: row for row in json.loads(result.output)}
    assert rows["scripted"]["enabled"] == "yes"
    assert rows["scripted"]["settle"] == "yes"
    for title in ("refund", "wallets", "withdraw", "rates"):
        assert rows["scripted"][title] == "-"
    assert rows["coinqvest"]["enabled"] == "no"
    table = runner.invoke(args=["checkout", "plugins"]).output
    assert table.splitlines()[0].split()[:3] == ["plugin", "name", "distribution"]


def test_check_looks_now(runner: FlaskCliRunner, app: Flask, script: Script) -> None:
    services = app.extensions["checkout_kit"]
    with app.app_context():
        kit = CheckoutKit()
        kit._services.append(services)
        made = kit.create_checkout(ten_dollars())
        invoice = kit.commit_checkout(made.id, "scripted:BTC")
    script.payments[invoice.id] = [
        PaymentObservation("d1", invoice.amount, PaymentStatus.CONFIRMED)
    ]
    result = runner.invoke(args=["checkout", "check", made.id, "--json"])
    shown = json.loads(result.output)
    assert shown["state"] == "COMPLETED"
    assert shown["invoices"][0]["method"] == "scripted:BTC"
    assert made.token not in result.output


def test_check_of_an_unknown_id_is_an_error(runner: FlaskCliRunner) -> None:
    result = runner.invoke(args=["checkout", "check", "nothing"])
    assert result.exit_code == 1
    assert "no checkout with the id 'nothing'" in result.output


def test_worker_once_does_what_is_due(runner: FlaskCliRunner) -> None:
    result = runner.invoke(args=["checkout", "worker", "--once"])
    assert result.exit_code == 0
    assert "invoices checked: 0" in result.output


def test_doctor_says_that_the_secret_key_is_missing(
    app: Flask, runner: FlaskCliRunner
) -> None:
    app.config["SECRET_KEY"] = None
    result = runner.invoke(args=["checkout", "doctor", "--json"])
    (finding,) = [f for f in json.loads(result.output) if f["check"] == "SECRET_KEY"]
    assert (result.exit_code, finding["result"]) == (1, "BAD")
    assert "missing" in finding["detail"]


def test_doctor_is_content_with_a_healthy_kit(runner: FlaskCliRunner) -> None:
    result = runner.invoke(args=["checkout", "doctor", "--json"])
    assert result.exit_code == 0
    assert {row["result"] for row in json.loads(result.output)} == {"ok"}


def test_doctor_tells_of_accounts_that_wait_for_long(
    runner: FlaskCliRunner, app: Flask, clock: FakeClock
) -> None:
    services = app.extensions["checkout_kit"]
    operation = StoredOperation("withdrawal:w1", services.basis.units, clock)
    operation.reserve("quoine_exchange:account:2300")
    young = runner.invoke(args=["checkout", "doctor"])
    assert young.exit_code == 0
    assert "1 under way" in young.output
    clock.advance(3601)
    old = runner.invoke(args=["checkout", "doctor"])
    assert old.exit_code == 1
    assert "quoine_exchange:account:2300 by withdrawal:w1" in old.output
    operation.release("quoine_exchange:account:2300")
    assert runner.invoke(args=["checkout", "doctor"]).exit_code == 0


def test_an_app_without_a_kit_is_told_so() -> None:
    from checkout_kit.cli import checkout

    app = Flask("bare")
    app.cli.add_command(checkout)
    result = app.test_cli_runner().invoke(args=["checkout", "plugins"])
    assert result.exit_code == 1
    assert "CheckoutKit(app)" in result.output


def _kit_with_a_command(tmp_path: Any, clock: FakeClock) -> Flask:
    class Talking(scripted_plugin(Script("talking"))):  # type: ignore[misc]
        @hookimpl
        def kit_ready(self, app: Flask) -> None:
            group = app.cli.commands["checkout"]
            assert isinstance(group, click.Group)

            @group.command("greet")
            def greet() -> None:
                """Greet the operator."""
                click.echo("good day")

    url = f"sqlite:///{tmp_path / 'kit.db'}"
    _, app = kit_of(url, clock, {"talking": Talking})
    return app


def test_a_plugin_adds_commands_to_its_own_app(
    tmp_path: Any, clock: FakeClock, runner: FlaskCliRunner
) -> None:
    app = _kit_with_a_command(tmp_path, clock)
    result = app.test_cli_runner().invoke(args=["checkout", "greet"])
    assert result.output == "good day\n"
    assert runner.invoke(args=["checkout", "greet"]).exit_code == 2
    app.extensions["checkout_kit"].database.dispose()


def test_the_flask_command_finds_what_plugins_added(
    tmp_path: Any, clock: FakeClock
) -> None:
    # `flask` finds the group by its entry point, without any app.
    app = _kit_with_a_command(tmp_path, clock)
    main = FlaskGroup(create_app=lambda: app)
    found = CliRunner().invoke(main, ["checkout", "greet"])
    assert found.output == "good day\n"
    assert "greet" in CliRunner().invoke(main, ["checkout", "--help"]).output
    app.extensions["checkout_kit"].database.dispose()


def test_without_an_app_the_kits_own_commands_are_listed() -> None:
    def fail() -> Flask:
        raise NoAppException("no app here")

    result = CliRunner().invoke(FlaskGroup(create_app=fail), ["checkout", "--help"])
    assert result.exit_code == 0
    assert "simulate" in result.output


def test_an_unknown_simulator_is_an_error(runner: FlaskCliRunner) -> None:
    result = runner.invoke(args=["checkout", "simulate", "nothing"])
    assert result.exit_code == 1
    assert "installed plugins" in result.output


@pytest.mark.slow
def test_the_simulator_serves_and_ends(tmp_path: Any) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    flask = [sys.executable, "-m", "flask", "checkout"]
    process = subprocess.Popen(
        [*flask, "simulate", "coinqvest", "--port", str(port)],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        while "simulator is at" not in line:
            assert line, "the simulator ended early"
            line = process.stdout.readline()
        assert f"http://127.0.0.1:{port}/" in line
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(
                b"GET /api/v1/ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
            )
            assert b"200" in connection.recv(100)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=10)
    assert process.returncode == 0


@pytest.mark.slow
def test_the_worker_command_ends_on_a_signal(tmp_path: Any) -> None:
    (tmp_path / "shop.py").write_text(
        "from flask import Flask\n"
        "from checkout_kit import CheckoutKit\n"
        "app = Flask('shop', instance_path=__file__.rpartition('/')[0])\n"
        "app.config.update(CHECKOUT_KIT_PUBLIC_URL='http://127.0.0.1:5000',\n"
        "                  SECRET_KEY='x')\n"
        "kit = CheckoutKit(app)\n"
    )
    flask = [sys.executable, "-m", "flask", "--app", "shop", "checkout"]
    subprocess.run([*flask, "init-db"], cwd=tmp_path, check=True, capture_output=True)
    process = subprocess.Popen(
        [*flask, "worker"], cwd=tmp_path, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert "running" in process.stdout.readline()
    time.sleep(0.2)
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=10)
    assert process.returncode == 0
    assert "ended" in output
