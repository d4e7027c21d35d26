"""The commands that look after endpoints and events."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import current_app

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
    ],
)
def test_a_wrong_command_says_what_is_wrong(
    sender: Sender, arguments: tuple[str, ...], problem: str
) -> None:
    assert problem in _run(*arguments, fails=True)
