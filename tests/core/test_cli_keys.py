"""The commands about keys of the REST API."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from checkout_kit.testing.clock import FakeClock
from tests.fakes.scripted import Script, scripted_kit


@pytest.fixture
def app(tmp_path: Path, clock: FakeClock) -> Iterator[Flask]:
    """An app with a kit."""
    _, app = scripted_kit(f"sqlite:///{tmp_path / 'kit.db'}", clock, Script())
    yield app
    app.extensions["checkout_kit"].database.dispose()


def _run(app: Flask, *arguments: str) -> Any:
    result = app.test_cli_runner().invoke(args=["checkout", "keys", *arguments])
    assert result.exit_code == 0, result.output
    return json.loads(result.output) if "--json" in arguments else result.output


def _refused(app: Flask, *arguments: str) -> str:
    result = app.test_cli_runner().invoke(args=["checkout", "keys", *arguments])
    assert result.exit_code != 0
    return str(result.output)


def test_create_prints_a_key_and_a_secret_of_the_length_that_plugins_want(
    app: Flask,
) -> None:
    made = _run(app, "create", "--json", "--name", "web shop")
    assert re.fullmatch("[0-9a-f]{12}", made["key"])
    assert re.fullmatch("[A-Za-z0-9-]{29}", made["secret"])
    assert (made["store"], made["name"]) == ("default", "web shop")


def test_list_tells_no_secret(app: Flask) -> None:
    made = _run(app, "create", "--json", "--allow", "192.0.2.7", "--no-basic")
    (row,) = _run(app, "list", "--json")
    assert row["key"] == made["key"]
    assert (row["basic"], row["allowed"]) == ("no", "192.0.2.7/32")
    assert made["secret"] not in json.dumps(row) + _run(app, "list")


def test_secrets_are_encrypted_in_the_database(app: Flask, tmp_path: Path) -> None:
    made = _run(app, "create", "--json")
    app.extensions["checkout_kit"].database.dispose()
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert made["key"].encode() in kept
    assert made["secret"].encode() not in kept


def test_rotate_lets_both_secrets_hold_for_a_while(
    app: Flask, clock: FakeClock
) -> None:
    keys = app.extensions["checkout_kit"].api_keys
    old = _run(app, "create", "--json")
    new = _run(app, "rotate", old["key"], "--overlap", "2", "--json")
    assert new["key"] == old["key"] and new["secret"] != old["secret"]
    key = keys.find(old["key"])
    assert keys.secrets_of(key, clock.now()) == [new["secret"], old["secret"]]
    clock.advance(2 * 3600)
    assert keys.secrets_of(key, clock.now()) == [new["secret"]]


def test_revoke_ends_a_key(app: Flask, clock: FakeClock) -> None:
    made = _run(app, "create", "--json")
    (row,) = _run(app, "revoke", made["key"], "--json")
    assert row["revoked"] != "-"
    keys = app.extensions["checkout_kit"].api_keys
    assert keys.secrets_of(keys.find(made["key"]), clock.now()) == []
    assert "no API key" in _refused(app, "rotate", made["key"])


def test_allow_replaces_the_list(app: Flask) -> None:
    made = _run(app, "create", "--json", "--allow", "192.0.2.7")
    (row,) = _run(app, "allow", made["key"], "198.51.100.0/24", "::1", "--json")
    assert row["allowed"] == "198.51.100.0/24, ::1/128"
    (row,) = _run(app, "allow", made["key"], "--no-basic", "--json")
    assert (row["allowed"], row["basic"]) == ("198.51.100.0/24, ::1/128", "no")
    (row,) = _run(app, "allow", made["key"], "--anywhere", "--basic", "--json")
    assert (row["allowed"], row["basic"]) == ("anywhere", "yes")


@pytest.mark.parametrize("network", ["shop.example", "192.0.2.1/24", "300.1.1.1"])
def test_what_is_no_network_is_refused(app: Flask, network: str) -> None:
    assert "is not an IP address" in _refused(app, "create", "--allow", network)
    assert _run(app, "list", "--json") == []


def test_allow_without_anything_to_set_is_refused(app: Flask) -> None:
    made = _run(app, "create", "--json")
    assert "--anywhere" in _refused(app, "allow", made["key"])
    assert "--anywhere" in _refused(app, "allow", made["key"], "::1", "--anywhere")


def test_an_unknown_key_is_named(app: Flask) -> None:
    assert "'000000000000'" in _refused(app, "revoke", "000000000000")
