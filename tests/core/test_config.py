"""The configuration: complete, checked at start-up, and never telling values."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from checkout_kit import CheckoutKit, ConfigurationError
from checkout_kit.config import Configuration, read_configuration


def _read(**config: Any) -> Configuration:
    return read_configuration(
        {f"CHECKOUT_KIT_{name}": value for name, value in config.items()},
        instance_path="/srv/shop",
        is_development=True,
    )


def test_everything_has_a_default_in_development() -> None:
    configuration = _read()
    assert configuration.url_prefix == "/checkout"
    assert configuration.database_url == "sqlite:////srv/shop/checkout_kit.sqlite"
    assert configuration.worker == "thread"
    assert configuration.policy.payment_window == timedelta(minutes=60)
    assert configuration.policy.underpayment_tolerance == 0


def test_the_public_url_is_required_in_production() -> None:
    app = Flask("production")
    with pytest.raises(ConfigurationError) as caught:
        CheckoutKit(app)
    assert caught.value.key == "CHECKOUT_KIT_PUBLIC_URL"


def test_addresses_come_from_the_public_url() -> None:
    configuration = _read(PUBLIC_URL="https://shop.example/", URL_PREFIX="/pay")
    assert configuration.webhook_url("p") == "https://shop.example/pay/hooks/p"
    assert configuration.page_url("t") == "https://shop.example/pay/t"


def test_durations_may_be_seconds() -> None:
    assert _read(PAYMENT_WINDOW=60).policy.payment_window == timedelta(minutes=1)


def test_the_tolerance_is_exact() -> None:
    policy = _read(UNDERPAYMENT_TOLERANCE="0.005").policy
    assert policy.underpayment_tolerance == Decimal("0.005")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALLOW_PRIVATE_WEBHOOKS", ["10.0.0.1/8"]),
        ("ALLOW_PRIVATE_WEBHOOKS", 5),
        ("ENCRYPTION_KEYS", 5),
        ("ENCRYPTION_KEYS", [b"x"]),
        ("PUBLIC_URL", "shop.example"),
        ("PUBLIC_URL", "javascript:alert(1)"),
        ("URL_PREFIX", "checkout"),
        ("URL_PREFIX", "/checkout/"),
        ("SUBDOMAIN", "https://pay.shop.example"),
        ("SUBDOMAIN", 5),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", 5),
        ("PAYMENT_WINDOW", 0),
        ("PAYMENT_WINDOW", True),
        ("CHECKOUT_WINDOW", "a day"),
        ("LATE_WINDOW", timedelta(0)),
        ("QUOTE_LIFETIME", -1),
        ("PROVIDER_DEADLINE", 0),
        ("WORKER_DEADLINE", "soon"),
        ("UNDERPAYMENT_TOLERANCE", 0.005),
        ("UNDERPAYMENT_TOLERANCE", "1.1"),
        ("LARGEST_DEVIATION", 0.1),
        ("LARGEST_DEVIATION", "-0.1"),
        ("WORKER", "celery"),
        ("PLUGINS", ["coinqvest"]),
        ("BRAND", "blue"),
        ("SETTLEMENT", "nobody"),
        ("SETTLEMENT", ["nobody"]),
        ("SETTLEMENT", {"nobody": "somebody"}),
        ("SETTLEMENT", {"fake": None}),
        ("API", "yes"),
        ("API_PREFIX", "api"),
        ("API_CURRENCIES", "USD"),
        ("API_CURRENCIES", ["US-Dollar"]),
        ("API_CLOCK_WINDOW", 0),
        ("API_CLOCK_WINDOW", timedelta(hours=2)),
        ("API_RATE", "600"),
        ("API_RATE", "0/minute"),
        ("API_FAILURE_RATE", "10 per day"),
        ("API_RATE_STORAGE", "redis"),
        ("OFFER_RATE", "often"),
        ("OFFER_RATE", 30),
        ("FRAME_ANCESTORS", "https://blog.example"),
        ("FRAME_ANCESTORS", ["https://*.example"]),
        ("FRAME_ANCESTORS", ["*"]),
        ("FRAME_ANCESTORS", ["blog.example"]),
        ("FRAME_ANCESTORS", ["https://blog.example/shop"]),
        ("FRAME_ANCESTORS", ["https://blog.example; script-src *"]),
        ("FRAME_ANCESTORS", ["null"]),
        ("FRAME_ANCESTORS", [5]),
    ],
)
def test_a_wrong_value_names_its_key(name: str, value: Any) -> None:
    with pytest.raises(ConfigurationError) as caught:
        _read(**{name: value})
    assert caught.value.key == f"CHECKOUT_KIT_{name}"


def test_origins_are_written_as_browsers_write_them() -> None:
    found = _read(
        FRAME_ANCESTORS=["https://Blog.example:443/", "http://a.example:81", "self"]
    ).offers.frame_ancestors
    assert found == ("https://blog.example", "http://a.example:81", "'self'")


def test_a_database_password_is_in_no_message(tmp_path: Any) -> None:
    app = Flask("secret")
    app.config.update(
        TESTING=True, CHECKOUT_KIT_DATABASE_URL="postgresql+nothing://u:s3cret@h:x/d"
    )
    with pytest.raises(Exception) as caught:
        CheckoutKit(app)
    assert "s3cret" not in repr(caught.value)
