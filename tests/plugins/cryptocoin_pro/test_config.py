"""Settings: refused at start-up, naming the key and what is expected."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from marshmallow import ValidationError

from checkout_kit_cryptocoin_pro.config import (
    CryptocoinProSettings,
    CryptocoinProSettingsSchema,
)
from tests.plugins.cryptocoin_pro.keys import (
    locked_pem,
    private_pem,
    public_pem,
    rsa_key,
)

PLATFORM_ID = "5f374d03-be0d-4dd2-b6ef-112a2bec5963"
BANK_ID = "f2b87ccc-0fc4-4d18-9a5d-dcf73f899016"
WALLET = "0xEfC0c85abd46941766E2Ae9a30c57DF75b164a08".lower()
BY_PASSWORD = {
    "base_url": "https://api.example.com/api/v1",
    "email": "merchant@example.com",
    "password": "Secret2$",
    "bank_id": BANK_ID,
}


def by_platform(**changes: Any) -> dict[str, Any]:
    return {
        "base_url": "https://api.example.com/api/v1",
        "email": "merchant@example.com",
        "platform_id": PLATFORM_ID,
        "private_key": private_pem(rsa_key()),
        "bank_id": BANK_ID,
    } | changes


def by_redirect(**changes: Any) -> dict[str, Any]:
    redirect = {
        "redirect_wallets": {"ETH": WALLET},
        "checkout_url": "https://checkout.example.com",
    }
    return by_platform(**redirect) | changes


def load(settings: dict[str, Any]) -> CryptocoinProSettings:
    loaded: CryptocoinProSettings = CryptocoinProSettingsSchema().load(settings)
    return loaded


def refused(settings: dict[str, Any]) -> tuple[set[str], str]:
    with pytest.raises(ValidationError) as caught:
        load(settings)
    keys = caught.value.normalized_messages()  # type: ignore[no-untyped-call]
    return set(keys), str(caught.value.messages)


def test_a_password_or_a_platform_is_enough() -> None:
    assert load(BY_PASSWORD).assets == ("BTC", "ETH")
    assert load(by_platform()).platform_id == PLATFORM_ID


def test_no_secret_is_in_the_repr() -> None:
    shown = repr(load(by_platform(password="Secret2$")))
    assert "Secret2$" not in shown
    assert "PRIVATE KEY" not in shown


def test_the_redirect_alone_needs_no_bank() -> None:
    settings = by_redirect(assets=[])
    del settings["bank_id"]
    assert load(settings).redirect_methods == ("bank", "card")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("base_url", "ftp://api.example.com"),
        ("base_url", "http://api.example.com/api/v1"),
        ("base_url", "https://user@api.example.com"),
        ("email", "somebody"),
        ("password", ""),
        ("platform_id", "1"),
        ("private_key", "very secret"),
        ("private_key", None),
        ("assets", ["DOGE"]),
        ("assets", ["BTC", "BTC"]),
        ("assets", "BTC"),
        ("bank_id", "../quote"),
        ("redirect_wallets", {"ETH": "0x123456789012345678901234567890"}),
        ("redirect_wallets", {"XRP": WALLET}),
        ("redirect_wallets", [WALLET]),
        ("redirect_methods", ["cash"]),
        ("checkout_url", "https://checkout.example.com/?platform=1"),
        ("checkout_url", "http://checkout.example.com"),
        ("checkout_url", None),
        ("guest_email", "nobody"),
        ("fee_paid_by", "nobody"),
        ("attempts", 0),
        ("attempts", 2.5),
        ("kyc_level", 6),
        ("price_lifetime", 0),
        ("link_lifetime", "soon"),
        ("token_lifetime", 3600),
        ("test_mode", "yes"),
        ("control_url", "https://control.example.com"),
        ("colour", "blue"),
    ],
)
def test_a_wrong_setting_is_named_with_what_is_expected(key: str, value: Any) -> None:
    keys, messages = refused(by_redirect(**{key: value}))
    assert keys == {key}
    if isinstance(value, str) and len(value) > 3:
        assert value not in messages


@pytest.mark.parametrize(
    "pem",
    [
        public_pem(rsa_key()),
        locked_pem(rsa_key()),
        private_pem(rsa_key(1024)),
        private_pem(ec.generate_private_key(ec.SECP256R1())),
    ],
    ids=["public", "locked", "short", "of another kind"],
)
def test_a_key_that_can_not_sign_is_refused(pem: str) -> None:
    keys, messages = refused(by_platform(private_key=pem))
    assert keys == {"private_key"}
    assert pem[60:80] not in messages


@pytest.mark.parametrize("key", ["base_url", "email", "bank_id", "platform_id"])
def test_a_missing_setting_is_named(key: str) -> None:
    keys, _ = refused({k: v for k, v in by_platform().items() if k != key})
    assert keys == {key}


def test_without_any_credentials_the_platform_is_asked_for() -> None:
    keys, _ = refused({k: v for k, v in BY_PASSWORD.items() if k != "password"})
    assert keys == {"platform_id"}


def test_a_redirect_is_not_signed_by_a_password() -> None:
    settings = by_redirect(password="Secret2$")
    del settings["platform_id"], settings["private_key"]
    assert refused(settings)[0] == {"platform_id"}


def test_something_has_to_be_offered() -> None:
    assert refused(by_platform(assets=[]))[0] == {"assets"}
