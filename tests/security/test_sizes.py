"""Too much of anything: refused early, with bounded time and memory."""

from __future__ import annotations

import io
import time
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from marshmallow import ValidationError
from werkzeug.test import EnvironBuilder

from checkout_kit import CheckoutKitError, Currency, LineItem, ReturnSignatureError
from checkout_kit.domain.addresses import NETWORKS, check_address
from checkout_kit.domain.memo import check_memo
from checkout_kit.domain.money import parse_decimal
from checkout_kit.domain.web_address import check_web_address
from checkout_kit.http import JsonError, parse_json
from checkout_kit.web.qr import draw_qr
from checkout_kit.web.signatures import verify_return
from checkout_kit_coinqvest.schemas.fields import ExactAmount, Timestamp
from checkout_kit_coinqvest.webhook import parse_webhook_body
from tests.security.shop import Shop

MEGABYTE = 1024 * 1024
HOOK = "/checkout/hooks/coinqvest"
_URL_ENCODED = "application/x-www-form-urlencoded"


def _form(parts: int) -> tuple[bytes, str]:
    part = b'--x\r\nContent-Disposition: form-data; name="a%d"\r\n\r\n1\r\n'
    body = b"".join(part % number for number in range(parts)) + b"--x--\r\n"
    return body, "multipart/form-data; boundary=x"


def _bodies() -> dict[str, tuple[bytes, str]]:
    return {
        "10 megabytes": (b"x" * 10 * MEGABYTE, "application/octet-stream"),
        "one field": (
            b"method=" + b"x" * 10 * MEGABYTE,
            "application/x-www-form-urlencoded",
        ),
        "10 000 parts": _form(10_000),
        "10 000 fields": (b"a=1&" * 10_000, _URL_ENCODED),
        "no end": (b"--x\r\n" * 100_000, "multipart/form-data; boundary=x"),
    }


@pytest.mark.parametrize("rest", ["/method", "/simulate"])
def test_a_large_form_is_refused(shop: Shop, rest: str) -> None:
    invoice = shop.invoice("scripted:BTC")
    path = shop.page(shop.read(invoice), rest)
    before = shop.books()
    for kind, (body, content_type) in _bodies().items():
        answer = shop.client.post(path, data=body, content_type=content_type)
        assert answer.status_code == 413, kind
    assert shop.books() == before


def test_cancelling_reads_no_form(shop: Shop) -> None:
    path = shop.page(shop.checkout(), "/cancel")
    assert shop.client.post(path, data=b"x" * 10 * MEGABYTE).status_code == 303


@pytest.mark.parametrize("fields", [21, 4000])
def test_a_chunked_form_of_many_fields_is_refused(shop: Shop, fields: int) -> None:
    builder = EnvironBuilder(
        path=shop.page(shop.checkout(), "/method"),
        method="POST",
        input_stream=io.BytesIO(b"a=&" * fields),
        content_type=_URL_ENCODED,
    )
    environ = builder.get_environ() | {"wsgi.input_terminated": True}
    environ.pop("CONTENT_LENGTH", None)
    answer = shop.client.open(environ)
    assert answer.status_code in (400, 413)


@pytest.mark.parametrize("is_chunked", [False, True])
def test_a_large_webhook_is_refused_in_bounded_memory(
    coinqvest: Shop, is_chunked: bool
) -> None:
    body = io.BytesIO(b"x" * 10 * MEGABYTE)
    before = coinqvest.books()
    builder = EnvironBuilder(path=HOOK, method="POST", input_stream=body)
    environ: dict[str, Any] = builder.get_environ()
    environ["wsgi.input_terminated"] = True
    if not is_chunked:
        environ["CONTENT_LENGTH"] = str(10 * MEGABYTE)
    tracemalloc.start()
    answer = coinqvest.client.open(environ)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (answer.status_code, answer.json) == (413, {})
    assert peak < 3 * MEGABYTE
    assert coinqvest.books() == before


@pytest.mark.parametrize("length", ["-1", "abc", "99999999999999999999", "1e9"])
def test_an_odd_content_length_does_no_harm(coinqvest: Shop, length: str) -> None:
    builder = EnvironBuilder(path=HOOK, method="POST", input_stream=io.BytesIO(b"{}"))
    environ = builder.get_environ() | {"CONTENT_LENGTH": length}
    assert coinqvest.client.open(environ).status_code in (400, 401, 413)


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"a":' * 40_000,
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' + b"1" * 200_000 + b"}",
        b'{"a":1e999999999}',
        b'{"a":"\\ud800"}',
    ],
    ids=["open", "objects", "closed", "digits", "exponent", "surrogate"],
)
def test_deep_and_endless_json_is_refused(body: bytes) -> None:
    with pytest.raises(JsonError):
        parse_json(body)
    with pytest.raises(CheckoutKitError):
        parse_webhook_body(body)


VALIDATORS: list[Callable[[str], object]] = [
    lambda text: check_web_address("url", f"https://{text}"),
    lambda text: check_web_address("url", f"https://a/{text}"),
    parse_decimal,
    Currency.parse,
    lambda text: LineItem(text, "1"),
    lambda text: check_memo(text, "text"),
    lambda text: check_memo(text, "id"),
    lambda text: check_memo(text, "hash"),
    lambda text: ExactAmount().deserialize(text),
    lambda text: Timestamp().deserialize(text),
    lambda text: draw_qr(text, title="", description=""),
    lambda text: draw_qr(f"bitcoin:bc1{text}", title="", description=""),
    *(lambda text, n=n: check_address(n, text) for n in NETWORKS),
]


@pytest.mark.parametrize("letter", ["a", "1", "0", ".", "-", "%", "é", "q?", "a."])
def test_long_text_is_refused_quickly(letter: str) -> None:
    text = letter * 100_000
    for validate in VALIDATORS:
        started = time.thread_time()
        # Refused or not: here only the time counts.
        with suppress(CheckoutKitError, ValidationError):
            validate(text)
        assert time.thread_time() - started < 0.05, validate


def test_a_long_return_argument_is_refused_quickly(shop: Shop) -> None:
    args = {"checkoutId": "a" * 100_000, "checkoutSignature": "b." * 100_000}
    started = time.thread_time()
    with pytest.raises(ReturnSignatureError):
        verify_return(shop.app, args)
    assert time.thread_time() - started < 0.05
