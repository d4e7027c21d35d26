"""The commands that look after endpoints and events."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest
from flask import current_app

from checkout_kit.domain.webhook_signature import make_secret, sign_standard
from tests.fakes.receiver import Receiver
from tests.outgoing.conftest import Sender


def _run(*arguments: str, fails: bool = False) -> str:
    runner = current_app.test_cli_runner()
    done = runner.invoke(args=["checkout", *arguments])
    assert (done.exit_code != 0) is fails, done.output
    return str(done.output)


def _json(*arguments: str) -> Any:
    return json.loads(_run(*arguments, "--json"))


def test_an_endpoint_lives_through_its_commands(
    sender: Sender, receiver: Receiver
) -> None:
    made = _json("endpoints", "add", f"{receiver.url}/hook", "--event", "checkout.*")
    assert made["secret"].startswith("whsec_")
    (listed,) = _json("endpoints", "list")
    assert (listed["id"], listed["state"]) == (made["id"], "enabled")
    # Shown once, when it is made.
    assert made["secret"] not in _run("endpoints", "list")
    rotated = _json("endpoints", "rotate", made["id"], "--overlap-hours", "1")
    assert rotated["secret"] != made["secret"]
    receiver.answers["/hook"] = [410]
    sender.create()
    sender.kit.run_due()
    assert "DISABLED" in _run("endpoints", "list")
    assert "redeliver --dead" in _run("endpoints", "enable", made["id"])
    assert "1 to be delivered" in _run(
        "events", "redeliver", "--dead", "--endpoint", made["id"]
    )
    sender.kit.run_due()
    assert len(receiver.at("/hook")) == 2
    _run("endpoints", "remove", made["id"])
    assert "Nothing" in _run("endpoints", "list")


def test_events_are_listed_and_shown(sender: Sender, receiver: Receiver) -> None:
    _run("endpoints", "add", f"{receiver.url}/hook")
    checkout_id = sender.create()
    sender.kit.run_due()
    (event,) = _json("events", "list")
    assert event["data"]["checkout_id"] == checkout_id
    assert event["id"] in _run("events", "list", "--after", "0")
    shown = _json("events", "show", event["id"])
    assert shown["log"][0]["status"] == 200
    assert shown["deliveries"][0]["status"] == "DELIVERED"
    assert "200" in _run("events", "show", event["id"])
    assert "Nothing" in _run("events", "list", "--dead")


def test_a_trigger_is_for_test_mode_alone(
    sender: Sender, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    _run("endpoints", "add", f"{receiver.url}/hook", "--event", "checkout.paid")
    assert "(test)" in _run("trigger", "checkout.paid")
    sender.kit.run_due()
    assert json.loads(receiver.at("/hook")[0].body)["is_test"] is True
    assert "(test)" in _run("events", "list")
    object.__setattr__(sender.services, "is_test_mode", False)
    assert "real money" in _run("trigger", "checkout.paid", fails=True)


def test_listen_prints_and_forwards_what_is_signed(
    sender: Sender, receiver: Receiver
) -> None:
    checkout_id = sender.create()
    secret = make_secret()
    told = _run(
        "listen",
        "--after",
        "0",
        "--once",
        "--json",
        "--forward-to",
        f"{receiver.url}/dev",
        "--secret",
        secret,
    )
    lines = [json.loads(line) for line in told.splitlines() if line.startswith("{")]
    assert [line["data"]["checkout_id"] for line in lines] == [checkout_id]
    (got,) = receiver.at("/dev")
    sent_at = datetime.fromtimestamp(
        int(got.headers["webhook-timestamp"]), timezone.utc
    )
    expected = sign_standard([secret], lines[0]["id"], sent_at, got.body)
    assert got.headers["webhook-signature"] == expected["webhook-signature"]
    # Begins with what is new, where nothing else is said.
    assert checkout_id not in _run("listen", "--once")


def test_the_doctor_names_what_is_not_delivered(
    sender: Sender, receiver: Receiver
) -> None:
    made = _json("endpoints", "add", f"{receiver.url}/hook")
    receiver.answers["/hook"] = [500, 410]
    sender.create()
    sender.kit.run_due()
    shown = _run("doctor", fails=True)
    assert f"deliveries to endpoint:{made['id']}" in shown
    sender.create()
    sender.kit.run_due()
    shown = _run("doctor", fails=True)
    assert "disabled: it answered 410" in shown
    assert f"endpoint:{made['id']}: 2" in shown


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("endpoints", "add", "http://10.0.0.1/"), "public Internet"),
        (("endpoints", "add", "https://shop.example/", "--event", "x"), "none of"),
        (("endpoints", "enable", "we_x"), "no endpoint"),
        (("endpoints", "remove", "we_x"), "no endpoint"),
        (("endpoints", "rotate", "we_x"), "no endpoint"),
        (("events", "show", "x"), "no event"),
        (("events", "redeliver", "x"), "no event"),
        (("events", "redeliver"), "name an event"),
        (("trigger", "checkout.payed"), "Invalid value"),
        (("listen", "--forward-to", "ftp://x/"), "http"),
        (("listen", "--forward-to", "http://127.0.0.1/", "--secret", "x"), "whsec_"),
    ],
)
def test_a_wrong_command_says_what_is_wrong(
    sender: Sender, arguments: tuple[str, ...], problem: str
) -> None:
    assert problem in _run(*arguments, fails=True)
