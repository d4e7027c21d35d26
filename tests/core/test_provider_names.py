"""What people call each provider: as it writes itself, wherever it is shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask

from checkout_kit import PluginError
from checkout_kit.testing import FakeClock
from tests.fakes.scripted import Script, kit_of, scripted_plugin, ten_dollars


def _named(script: Script, display_name: object) -> type:
    plugin = scripted_plugin(script)
    plugin.display_name = display_name  # type: ignore[attr-defined]
    return plugin


def _listed(app: Flask) -> dict[str, str]:
    result = app.test_cli_runner().invoke(args=["checkout", "plugins", "--json"])
    return {row["plugin"]: row["name"] for row in json.loads(result.output)}


def test_every_plugin_of_ours_says_how_its_provider_writes_itself(
    tmp_path: Path, clock: FakeClock
) -> None:
    kit, app = kit_of(f"sqlite:///{tmp_path / 'kit.db'}", clock, {})
    listed = _listed(app)
    assert listed == {
        "coinqvest": "COINQVEST",
        "cryptocoin_pro": "CryptoCoin.pro",
        "quoine_exchange": "Quoine Exchange",
        "quoine_pay": "Quoine Pay",
        "rain": "Rain",
    }
    kit.close()


def test_the_page_and_the_list_show_what_the_plugin_says(
    tmp_path: Path, clock: FakeClock
) -> None:
    plugins = {
        "acme_pay": _named(Script("acme_pay"), "ACME.pay"),
        "other_pay": scripted_plugin(Script("other_pay")),
    }
    kit, app = kit_of(f"sqlite:///{tmp_path / 'kit.db'}", clock, plugins)
    with app.app_context():
        made = kit.create_checkout(ten_dollars())
    page = app.test_client().get(f"/checkout/{made.token}").text
    assert "via ACME.pay" in page
    # One that says nothing is called by the words of its plugin's name.
    assert "via Other Pay" in page
    listed = _listed(app)
    assert (listed["acme_pay"], listed["other_pay"]) == ("ACME.pay", "Other Pay")
    kit.close()


@pytest.mark.parametrize(
    "name", ["", "x" * 41, 5, "two\nlines", "a\N{RIGHT-TO-LEFT OVERRIDE}b"]
)
def test_a_name_that_can_not_be_shown_stops_the_start(
    tmp_path: Path, clock: FakeClock, name: object
) -> None:
    plugins = {"acme_pay": _named(Script("acme_pay"), name)}
    with pytest.raises(PluginError, match=r"acme_pay.*display_name"):
        kit_of(f"sqlite:///{tmp_path / 'kit.db'}", clock, plugins)
