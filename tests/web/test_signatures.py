"""Return signatures: genuine ones are known, all others are refused."""

from __future__ import annotations

import time
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from checkout_kit.errors import ConfigurationError, ReturnSignatureError
from checkout_kit.web.signatures import sign_return, verify_return

ID = "fedcba9876543210fedcba9876543210"
URL = "https://shop.example/thanks?order=20418&a=%20b+c&empty=#end"


@pytest.fixture
def app() -> Flask:
    """An app with a secret key."""
    app = Flask("shop")
    app.config["SECRET_KEY"] = "new key"
    return app


def signed_args(app: Flask, url: str = URL) -> dict[str, str]:
    """The arguments that a shop gets back."""
    query = parse_qs(urlsplit(sign_return(app, ID, url)).query)
    return {name: values[-1] for name, values in query.items()}


def test_what_was_signed_is_known_again(app: Flask) -> None:
    assert verify_return(app, signed_args(app)) == ID


def test_the_shops_own_query_is_kept_byte_by_byte(app: Flask) -> None:
    url = sign_return(app, ID, URL)
    assert url.startswith(
        "https://shop.example/thanks?order=20418&a=%20b+c&empty=&checkoutId="
    )
    assert url.endswith("#end")


def test_arguments_of_our_names_are_replaced(app: Flask) -> None:
    url = sign_return(app, ID, "https://shop.example/?checkout%49d=1&checkoutId=2")
    assert parse_qs(urlsplit(url).query)["checkoutId"] == [ID]


@pytest.mark.parametrize(
    "change",
    [
        {"checkoutId": "0" * 32},
        {"checkoutId": ""},
        {"checkoutId": "ü" * 8},
        {"checkoutSignature": ""},
        {"checkoutSignature": "a.b"},
        {"checkoutSignature": "x" * 5000},
        {"checkoutSignature": "\x00.\x00"},
    ],
)
def test_anything_else_is_refused(app: Flask, change: dict[str, str]) -> None:
    with pytest.raises(ReturnSignatureError) as caught:
        verify_return(app, {**signed_args(app), **change})
    assert not caught.value.is_expired


def test_every_changed_character_is_noticed(app: Flask) -> None:
    args = signed_args(app)
    signature = args["checkoutSignature"]
    for place in range(len(signature) - 1):
        other = "A" if signature[place] != "A" else "B"
        forged = signature[:place] + other + signature[place + 1 :]
        with pytest.raises(ReturnSignatureError):
            verify_return(app, {**args, "checkoutSignature": forged})


def test_repeated_arguments_are_refused(app: Flask) -> None:
    args = MultiDict(signed_args(app))
    args.add("checkoutId", ID)
    with pytest.raises(ReturnSignatureError, match="repeated"):
        verify_return(app, args)


def test_missing_arguments_are_refused(app: Flask) -> None:
    with pytest.raises(ReturnSignatureError, match="missing"):
        verify_return(app, {})


def test_old_signatures_are_told_apart(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    args = signed_args(app)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 24 * 3600 - 60)
    assert verify_return(app, args) == ID
    monkeypatch.setattr(time, "time", lambda: now + 24 * 3600 + 60)
    with pytest.raises(ReturnSignatureError) as caught:
        verify_return(app, args)
    assert caught.value.is_expired


def test_former_keys_still_verify_and_never_sign(app: Flask) -> None:
    args = signed_args(app)
    app.config["SECRET_KEY"] = "newer key"
    with pytest.raises(ReturnSignatureError):
        verify_return(app, args)
    app.config["SECRET_KEY_FALLBACKS"] = ["new key"]
    assert verify_return(app, args) == ID
    fresh = signed_args(app)
    app.config["SECRET_KEY_FALLBACKS"] = []
    assert verify_return(app, fresh) == ID


def test_signatures_for_another_purpose_are_refused(app: Flask) -> None:
    from itsdangerous import TimestampSigner

    other = TimestampSigner("new key", salt="session").sign(ID).decode()
    with pytest.raises(ReturnSignatureError):
        verify_return(
            app, {"checkoutId": ID, "checkoutSignature": other[len(ID) + 1 :]}
        )


def test_no_key_is_a_clear_error(app: Flask) -> None:
    app.config["SECRET_KEY"] = None
    with pytest.raises(ConfigurationError, match="SECRET_KEY"):
        sign_return(app, ID, URL)
