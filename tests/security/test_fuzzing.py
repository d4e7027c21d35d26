"""Fuzzing of what comes in over the network: documented errors, or the truth."""

from __future__ import annotations

import json
from contextlib import suppress
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask
from hypothesis import example, given
from hypothesis import strategies as st
from marshmallow import ValidationError

from checkout_kit import (
    InputError,
    NotFoundError,
    ReturnSignatureError,
    WebhookRefused,
)
from checkout_kit.domain.web_address import check_web_address
from checkout_kit.http import JsonError, parse_json
from checkout_kit.web.intake import check_token
from checkout_kit.web.signatures import sign_return, verify_return
from checkout_kit_coinqvest.schemas import (
    CheckoutSchema,
    CommitAnswerSchema,
    PaymentSchema,
)
from checkout_kit_coinqvest.webhook import parse_webhook_body, verify_webhook
from tests.plugins.coinqvest.fake_api import read_case
from tests.security.shop import Shop
from tests.security.strategies import JSON, URL_TEXT, WILD, quickly


@quickly
@given(st.binary(max_size=200), st.text(max_size=80) | st.none())
def test_fuzz_webhook_headers(body: bytes, header: str | None) -> None:
    with pytest.raises(WebhookRefused):
        verify_webhook("secret", body, header)


@quickly
@given(st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
@example(b'{"type":"PAYMENT","checkoutId":"a","checkoutId":"b"}')
@example(b'{"type":"PAYMENT","checkoutId":"a"}\x80\x00')
@example(b'{"eventType":"CHECKOUT_COMPLETED","data":{"checkout":{"id":"a"}}}')
def test_fuzz_webhook_bodies(body: bytes) -> None:
    try:
        found = parse_webhook_body(body)
    except WebhookRefused:
        return
    if found is not None:
        assert f'"{found}"'.encode() in body


@quickly
@given(body=st.binary(max_size=100), header=st.text("0123456789abcdef", max_size=64))
def test_fuzz_the_webhook_route(coinqvest: Shop, body: bytes, header: str) -> None:
    answer = coinqvest.client.post(
        "/checkout/hooks/coinqvest", data=body, headers={"X-Webhook-Auth": header}
    )
    assert (answer.status_code, answer.json) == (401, {})


@quickly
@given(st.binary(max_size=300) | JSON.map(lambda value: json.dumps(value).encode()))
def test_fuzz_json(body: bytes) -> None:
    try:
        value = parse_json(body)
    except JsonError:
        return
    plain = json.loads(body, parse_float=Decimal)
    assert value == plain


def _fields() -> list[tuple[str, str]]:
    payment = read_case("get_checkout")["checkout"]["payments"][0]
    commit = read_case("commit_xlm")
    names = [("payment", name) for name in payment]
    names += [("checkout", name) for name in ("id", "timestamp", "state", "payments")]
    names += [("commit", name) for name in commit["depositInstructions"]]
    return names + [("answer", name) for name in commit]


@quickly
@given(st.sampled_from(_fields()), JSON | WILD | st.decimals())
def test_fuzz_provider_answers(field: tuple[str, str], value: Any) -> None:
    checkout = read_case("get_checkout")["checkout"]
    commit = read_case("commit_xlm")
    part = {
        "payment": checkout["payments"][0],
        "checkout": checkout,
        "commit": commit["depositInstructions"],
        "answer": commit,
    }[field[0]]
    part[field[1]] = value
    for schema, data in (
        (PaymentSchema(), checkout["payments"]),
        (CheckoutSchema(), checkout),
        (CommitAnswerSchema(), commit),
    ):
        # Whatever else is raised would be a fault.
        with suppress(ValidationError):
            read = schema.load(data[0] if isinstance(data, list) and data else data)
            for amount in ("source_amount", "credit_amount", "amount"):
                assert getattr(read, amount, Decimal(0)) >= 0


@quickly
@given(
    token=st.text(max_size=40) | st.from_regex(r"[0-9a-f]{30,33}\n?", fullmatch=True)
)
def test_fuzz_tokens(shop: Shop, token: str) -> None:
    try:
        assert check_token(token) == token
    except NotFoundError as err:
        assert len(token) < 2 or token not in str(err)
        return
    assert len(token) == 32
    assert shop.client.get(f"/checkout/{token}").status_code == 404


@quickly
@given(
    st.text(max_size=70) | st.from_regex(r"[0-9a-f]{32}", fullmatch=True),
    st.text(max_size=70) | st.from_regex(r"[A-Za-z0-9_.-]{6}\.[A-Za-z0-9_-]{27}"),
)
def test_fuzz_return_signatures(checkout_id: str, signature: str) -> None:
    app = Flask("shop")
    app.config["SECRET_KEY"] = "a key of the tests"
    with pytest.raises(ReturnSignatureError):
        args = {"checkoutId": checkout_id, "checkoutSignature": signature}
        verify_return(app, args)


@quickly
@given(URL_TEXT.filter(lambda text: "#" not in text))
def test_fuzz_signed_return_urls(query: str) -> None:
    app = Flask("shop")
    app.config["SECRET_KEY"] = "a key of the tests"
    url = f"https://shop.example/thanks?{query}#end"
    try:
        check_web_address("url", url)
    except InputError:
        return
    signed = sign_return(app, "0" * 32, url)
    assert check_web_address("url", signed) == signed
    assert urlsplit(signed)[:3] == urlsplit(url)[:3]
    args = dict(parse_qsl(urlsplit(signed).query))
    assert verify_return(app, args) == "0" * 32
