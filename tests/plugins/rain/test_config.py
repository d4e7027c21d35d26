"""Settings: refused at start-up, naming the key and what is expected."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from marshmallow import ValidationError

from checkout_kit_rain.config import RainSettings, RainSettingsSchema
from tests.plugins.rain.fake_api import ACCOUNT_ID

NEEDED = {
    "email": "merchant@example.com",
    "password": "Secret2$",
    "base_url": "https://api.example.com/api/1",
}


def load(**changes: Any) -> RainSettings:
    settings: RainSettings = RainSettingsSchema().load(NEEDED | changes)
    return settings


def test_three_settings_are_enough() -> None:
    settings = load()
    assert settings.fee_paid_by == "buyer"
    assert settings.minimum_fee == 0
    assert "Secret2$" not in repr(settings)


def test_fees_are_exact() -> None:
    assert load(minimum_fee="1.00", fee_percent="0.50").fee_percent == Decimal("0.5")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("email", "somebody"),
        ("password", ""),
        ("password", None),
        ("base_url", "ftp://api.example.com"),
        ("base_url", "http://api.example.com/api/1"),
        ("base_url", "https://user@api.example.com"),
        ("invoice_by", "memo"),
        ("account_id", "../login"),
        ("fiat_account_id", "1"),
        ("fee_paid_by", "nobody"),
        ("fee_percent", "51"),
        ("fee_percent", 1.0),
        ("minimum_fee", "-1"),
        ("minimum_fee", "0.001"),
        ("fee_rounding", "down"),
        ("sale_price", "spot"),
        ("price_lifetime", 0),
        ("max_price_age", "soon"),
        ("withdraw", "yes"),
        ("control_url", "https://control.example.com"),
        ("colour", "blue"),
    ],
)
def test_a_wrong_setting_is_named_with_what_is_expected(key: str, value: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        load(**{key: value})
    assert set(caught.value.normalized_messages()) == {key}  # type: ignore[no-untyped-call]
    if isinstance(value, str) and len(value) > 3:
        assert value not in str(caught.value.messages)


@pytest.mark.parametrize("key", sorted(NEEDED))
def test_a_missing_setting_is_named(key: str) -> None:
    with pytest.raises(ValidationError) as caught:
        RainSettingsSchema().load({k: v for k, v in NEEDED.items() if k != key})
    assert set(caught.value.normalized_messages()) == {key}  # type: ignore[no-untyped-call]


def test_addresses_of_one_account_need_the_account() -> None:
    with pytest.raises(ValidationError, match="account_id"):
        load(invoice_by="address")
    assert load(invoice_by="address", account_id=ACCOUNT_ID).account_id == ACCOUNT_ID
