"""Settings: refused before the app starts, by key and expectation, without a value."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from flask import Flask
from marshmallow import ValidationError

from checkout_kit import CheckoutKit, ConfigurationError, WithdrawalStatus
from checkout_kit_quoine_exchange import QuoineExchangePlugin, config
from checkout_kit_quoine_exchange.config import QuoineExchangeSettingsSchema

GOOD = {"vendor_id": "7", "vendor_secret": "s"}
# A Fernet key that guards nothing.
KEY = "A" * 43 + "="
FILE = {"users_file": "/srv/shop/users.json", "users_key": KEY}
RATES = {"pusher_key": "abc", "pairs": {"BTC/USD": 1}}


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({"vendor_id": "7"}, "vendor_secret"),
        ({"vendor_secret": "s"}, "vendor_id"),
        (GOOD | {"vendor_id": "7:8"}, "vendor_id"),
        (GOOD | {"vendor_secret": "hush hush"}, "vendor_secret"),
        (GOOD | {"vendor_secret": None}, "vendor_secret"),
        (GOOD | {"base_url": "api.quoine.com"}, "base_url"),
        (GOOD | {"base_url": "http://api.quoine.com/vendor"}, "base_url"),
        (GOOD | {"base_url": "https://u:hush@api.quoine.com"}, "base_url"),
        (GOOD | {"base_url": "https://api.quoine.com:hush"}, "base_url"),
        (GOOD | {"signed_prefix": "vendor"}, "signed_prefix"),
        (GOOD | {"content_md5": "yes"}, "content_md5"),
        (GOOD | {"user_id": "1200"}, "user_id"),
        (GOOD | {"user_id": 0}, "user_id"),
        (GOOD | {"accounts": {"USD": 2300}}, "user_id"),
        (GOOD | {"user_id": 1, "accounts": {"BTC": 2300}}, "accounts"),
        (GOOD | {"user_id": 1, "accounts": {"USD": "2300"}}, "accounts"),
        (GOOD | {"user_id": 1, "accounts": ["USD"]}, "accounts"),
        (GOOD | FILE | {"coins": ["BTC"]}, "user_id"),
        (GOOD | {"user_id": 1, "coins": ["BTC"]}, "users_file"),
        (GOOD | FILE | {"user_id": 1, "coins": ["USD"]}, "coins"),
        (GOOD | FILE | {"user_id": 1, "coins": "BTC"}, "coins"),
        (GOOD | FILE | {"user_id": 1, "coins": ["btc"]}, "coins"),
        (GOOD | {"users_file": "/srv/shop/users.json"}, "users_key"),
        (GOOD | {"users_key": KEY}, "users_file"),
        (GOOD | FILE | {"users_file": "users.json"}, "users_file"),
        (GOOD | FILE | {"users_key": "hush"}, "users_key"),
        (GOOD | FILE | {"users_key": []}, "users_key"),
        (GOOD | FILE | {"users_key": 7}, "users_key"),
        (GOOD | {"repeat_after_seconds": 9}, "repeat_after_seconds"),
        (GOOD | {"withdrawal_states": {"sent": "GONE"}}, "withdrawal_states"),
        (GOOD | {"withdrawal_states": ["sent"]}, "withdrawal_states"),
        (GOOD | {"pairs": {"BTC/USD": 1}}, "pusher_key"),
        (GOOD | {"pusher_key": "abc"}, "pairs"),
        (GOOD | RATES | {"pairs": {"BTCUSD": 1}}, "pairs"),
        (GOOD | RATES | {"pairs": {"USD/BTC": 1}}, "pairs"),
        (GOOD | RATES | {"pairs": {"BTC/USD": True}}, "pairs"),
        (GOOD | RATES | {"rate_channels": ["executions"]}, "rate_channels"),
        (GOOD | RATES | {"rate_channels": "product"}, "rate_channels"),
        (GOOD | RATES | {"rate_channels": ["hush"]}, "rate_channels"),
        (GOOD | RATES | {"rate_seconds": 0}, "rate_seconds"),
        (GOOD | RATES | {"pusher_key": "hush/hush"}, "pusher_key"),
        (GOOD | RATES | {"pusher_host": "ws.example.com/hush"}, "pusher_host"),
        (
            GOOD | RATES | {"pusher_host": "a.example.com", "pusher_cluster": "ap1"},
            "pusher_host",
        ),
        (GOOD | RATES | {"pusher_port": 0}, "pusher_port"),
        (GOOD | RATES | {"pusher_secure": False}, "pusher_secure"),
        (GOOD | {"read_timeout": 0}, "read_timeout"),
        (GOOD | {"api_key": "x"}, "api_key"),
    ],
)
def test_wrong_settings_are_named_and_never_shown(
    settings: dict[str, Any], key: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        QuoineExchangeSettingsSchema().load(settings)
    messages = caught.value.messages
    assert isinstance(messages, dict)
    assert set(messages) == {key}
    assert "hush" not in str(messages)


def test_right_settings_are_loaded() -> None:
    settings = QuoineExchangeSettingsSchema().load(
        GOOD
        | FILE
        | RATES
        | {
            "users_key": [KEY, KEY],
            "user_id": 1200,
            "accounts": {"USD": 2300},
            "withdrawal_states": {"processed": "COMPLETED"},
            "signed_prefix": "",
            "test_mode": True,
            "pusher_secure": False,
        }
    )
    assert settings.withdrawal_states == {"processed": WithdrawalStatus.COMPLETED}
    assert settings.accounts == {"USD": 2300}
    assert KEY not in repr(settings)


def test_a_missing_extra_is_told_at_start_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(config, "is_installed", lambda module: False)
    QuoineExchangeSettingsSchema().load(GOOD | FILE)
    with pytest.raises(ValidationError, match="quoine_exchange") as caught:
        QuoineExchangeSettingsSchema().load(GOOD | RATES)
    assert isinstance(caught.value.messages, dict)
    assert set(caught.value.messages) == {"pusher_key"}


def start(tmp_path: Any, settings: dict[str, Any], **config: Any) -> Flask:
    app = Flask("shop")
    app.config.update(
        TESTING=True,
        SECRET_KEY="not a secret",
        CHECKOUT_KIT_DATABASE_URL=f"sqlite:///{tmp_path / 'kit.db'}",
        CHECKOUT_KIT_PLUGINS={"quoine_exchange": settings},
        **config,
    )
    plugins = [("quoine_exchange", QuoineExchangePlugin)]
    CheckoutKit(app, plugins=plugins).close()
    return app


def test_a_wrong_setting_stops_the_app_and_names_the_plugin(tmp_path: Any) -> None:
    with pytest.raises(ConfigurationError) as caught:
        start(tmp_path, GOOD | {"vendor_secret": "hush hush"})
    assert caught.value.key == "CHECKOUT_KIT_PLUGINS[quoine_exchange].vendor_secret"
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    "settled_by", ["quoine_exchange", {"quoine_exchange": "quoine_exchange"}]
)
def test_who_settles_needs_a_user_to_credit(tmp_path: Any, settled_by: object) -> None:
    settle = {"CHECKOUT_KIT_SETTLEMENT": settled_by}
    with pytest.raises(ConfigurationError) as caught:
        start(tmp_path, dict(GOOD), **settle)
    assert caught.value.key == "CHECKOUT_KIT_PLUGINS[quoine_exchange].user_id"
    start(tmp_path, GOOD | {"user_id": 1200}, **settle)


_WITHOUT_EXTRA = """
import sys
for name in ("pysher", "simple_websocket", "websocket"):
    sys.modules[name] = None
from checkout_kit import ProviderContext
from checkout_kit.testing import FakeClock
from checkout_kit_quoine_exchange import QuoineExchangePlugin
from checkout_kit_quoine_exchange.simulator import create_simulator
schema = QuoineExchangePlugin.settings_schema()
settings = schema.load({"vendor_id": "7", "vendor_secret": "s", "user_id": 1})
context = ProviderContext("quoine_exchange", "https://shop.example.com", FakeClock())
plugin = QuoineExchangePlugin(settings, context)
assert plugin.fetch_rates() is None
plugin.close()
create_simulator()
"""


@pytest.mark.slow
def test_settling_needs_no_extra() -> None:
    done = subprocess.run([sys.executable, "-c", _WITHOUT_EXTRA], check=False)
    assert done.returncode == 0
