"""The REST API under attack, and bad input: the right status, and nothing changed."""

from __future__ import annotations

import hmac
import json
import logging
import re
import threading
import tracemalloc
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from checkout_kit import CheckoutKit
from checkout_kit.services.api_keys import ApiKeys
from tests.security.shop import CANARY, Shop
from tests.web.api.merchant import MINIMAL, PREFIX, Merchant, errors_of

_HOSTED = "/checkout/hosted"


@pytest.fixture
def merchant(shop: Shop) -> Merchant:
    """Who holds a key of the shop's store."""
    return _merchant(shop, "default")


@pytest.fixture
def stranger(shop: Shop) -> Merchant:
    """Who holds a key of another store."""
    return _merchant(shop, "other")


def _merchant(shop: Shop, store_id: str) -> Merchant:
    keys: ApiKeys = shop.services.api_keys
    made = keys.create(shop.clock.now(), store_id=store_id)
    return Merchant(shop.app, shop.clock, made)


def _charge(**fields: Any) -> dict[str, Any]:
    return {"charge": {**MINIMAL["charge"], **fields}}


def _item(**fields: Any) -> dict[str, Any]:
    return _charge(lineItems=[{"description": "T-Shirt", "netAmount": "10", **fields}])


#: Raw bodies that are no request: what is wrong with each is told.
BAD_BODIES = {
    "cut off": b'{"charge": {"currency": "USD"',
    "not JSON": b"charge=1",
    "an array": b'[{"charge": 1}]',
    "a text": b'"charge"',
    "a number": b"1",
    "a key twice": b'{"charge": {}, "charge": {}}',
    "NaN": b'{"charge": NaN}',
    "Infinity": b'{"charge": -Infinity}',
    "not UTF-8": b'{"charge": "\xff"}',
    "half a surrogate": rb'{"charge": {"currency": "\ud800"}}',
    "deep": b'{"a":' * 200 + b"1" + b"}" * 200,
    "very deep": b"[" * 30_000,
    "an endless number": b'{"charge": ' + b"9" * 5000 + b"}",
    "nothing": b"",
}
BAD_REQUESTS: dict[str, Any] = {
    "no charge": {},
    "charge is text": {"charge": "10 USD"},
    "charge is null": {"charge": None},
    "no currency": {"charge": {"lineItems": MINIMAL["charge"]["lineItems"]}},
    "unknown currency": _charge(currency="XYZ"),
    "currency is a number": _charge(currency=840),
    "two currencies": _charge(billingCurrency="EUR"),
    "no items": _charge(lineItems=[]),
    "items are an object": _charge(lineItems={"0": {}}),
    "an item is null": _charge(lineItems=[None]),
    "no description": _charge(lineItems=[{"netAmount": 1}]),
    "long description": _item(description="x" * 201),
    "turned text": _item(description="T-Shirt \u202e"),
    "line break": _item(description="T-Shirt\r\nX-Evil: 1"),
    "long product id": _item(productId="x" * 21),
    "negative amount": _item(netAmount="-10"),
    "zero in all": _item(netAmount=0),
    "amount with an exponent": _item(netAmount="1e3"),
    "amount in other digits": _item(netAmount="\u0661\u0660"),
    "amount of too many digits": _item(netAmount="1" * 19),
    "amount finer than a cent": _item(netAmount="10.001"),
    "amount is true": _item(netAmount=True),
    "amount is a list": _item(netAmount=[10]),
    "quantity is zero": _item(quantity=0),
    "quantity is negative": _item(quantity=-1),
    "quantity is a fraction": _item(quantity=1.5),
    "quantity is huge": _item(quantity=10**30),
    "discount above the goods": _charge(
        discountItems=[{"description": "All", "netAmount": 11}]
    ),
    "negative tax": _charge(taxItems=[{"name": "Tax", "percent": -0.1}]),
    "taxable is text": _charge(
        shippingCostItems=[{"description": "S", "netAmount": 1, "taxable": "false"}]
    ),
    "script as webhook": {**MINIMAL, "webhook": "javascript:alert(1)"},
    "user in a link": {
        **MINIMAL,
        "links": {"returnUrl": "https://shop.example@evil.example/"},
    },
    "links are text": {**MINIMAL, "links": "https://shop.example/"},
    "unknown settlement": {**MINIMAL, "settlementCurrency": "XYZ"},
    "no conversion": {**MINIMAL, "settlementAsset": "ORIGIN"},
    "metadata is a list": {**MINIMAL, "metadata": [1]},
    "huge metadata": {**MINIMAL, "metadata": {"x": "y" * 20_000}},
    "long reference": {**MINIMAL, "reference": "x" * 201},
}


@pytest.mark.parametrize("body", BAD_BODIES.values(), ids=list(BAD_BODIES))
def test_a_body_that_is_no_request_changes_nothing(
    shop: Shop, merchant: Merchant, body: bytes
) -> None:
    _refused(shop, lambda: merchant.post(_HOSTED, body))


@pytest.mark.parametrize("request_", BAD_REQUESTS.values(), ids=list(BAD_REQUESTS))
@pytest.mark.parametrize("path", ["/checkout", _HOSTED])
def test_a_request_that_can_not_be_accepted_changes_nothing(
    shop: Shop, merchant: Merchant, path: str, request_: Any
) -> None:
    _refused(shop, lambda: merchant.post(path, request_))


def _refused(shop: Shop, send: Callable[[], TestResponse], status: int = 400) -> None:
    before = shop.books()
    response = send()
    assert response.status_code == status
    # Each names a field, or the body.
    assert all(re.match(r"[\w.\[\]-]+: .+", error) for error in errors_of(response))
    assert shop.books() == before


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=251",
        "limit=-1",
        "limit=ten",
        "limit=1.5",
        "limit=",
        "offset=-1",
        "offset=99999999999",
        "limit=1&limit=2",
        "limit=\u0661",
    ],
)
def test_an_odd_page_is_refused(shop: Shop, merchant: Merchant, query: str) -> None:
    for path in ("/checkouts", "/payments"):
        _refused(shop, partial(merchant.call, "GET", path, query=query))


def test_unknown_fields_are_ignored(merchant: Merchant) -> None:
    body = {
        **MINIMAL,
        "total": "0.01",
        "state": "COMPLETED",
        "url": "https://evil.example",
    }
    made = merchant.post(_HOSTED, body).get_json()
    shown = merchant.get("/checkout", id=made["id"], state="PAID").get_json()[
        "checkout"
    ]
    assert (shown["total"], shown["state"]) == ("10", "NEW_CHARGE")


def test_a_price_from_outside_is_computed_here(merchant: Merchant) -> None:
    item = {"description": "T", "netAmount": 10, "total": 1, "rate": 5}
    body = {"charge": {"currency": "USD", "lineItems": [item], "total": "1", "tax": 0}}
    made = merchant.post(_HOSTED, body).get_json()
    shown = merchant.get("/checkout", id=made["id"]).get_json()["checkout"]
    assert shown["total"] == "10"


def test_a_foreign_id_is_answered_like_an_unknown_one(
    merchant: Merchant, stranger: Merchant
) -> None:
    made = merchant.post(_HOSTED, MINIMAL).get_json()
    foreign = stranger.get("/checkout", id=made["id"])
    for unknown in ("0" * 32, "b5bcf27e5482", "'; DROP TABLE", "../../etc/passwd"):
        answer = stranger.get("/checkout", id=unknown)
        assert (answer.status_code, answer.data) == (404, foreign.data)
        assert dict(answer.headers) == dict(foreign.headers)
    repeated = stranger.call("GET", "/checkout", query=f"id={'0' * 32}&id={made['id']}")
    assert repeated.status_code == 400


def test_an_overheard_request_can_not_be_sent_again(
    shop: Shop, merchant: Merchant
) -> None:
    body = json.dumps(MINIMAL).encode()
    headers = merchant.headers("POST", _HOSTED, body)
    send = partial(shop.client.post, PREFIX + _HOSTED, data=body, headers=headers)
    assert send().status_code == 200
    before = shop.books()
    for seconds in (0, 1, 29, 2, 60):
        shop.clock.advance(seconds)
        assert send().status_code == 401
    assert shop.books() == before


def test_fifty_threads_with_one_key_make_one_checkout(
    shop: Shop, merchant: Merchant
) -> None:
    answers: list[str] = []

    def send() -> None:
        answers.append(merchant.post(_HOSTED, MINIMAL, Idempotency_Key="k").text)

    threads = [threading.Thread(target=send) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 50 and len(set(answers)) == 1
    assert merchant.get("/checkouts").get_json()["count"] == 1


def test_a_large_body_is_refused_in_bounded_memory(
    shop: Shop, merchant: Merchant
) -> None:
    body = b'{"charge": "' + b"x" * 10_000_000 + b'"}'
    tracemalloc.start()
    try:
        response = merchant.post(_HOSTED, body)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert response.status_code == 413
    assert errors_of(response)
    # The test's own client holds the body more than once.
    assert peak < 50_000_000


def test_an_unsigned_request_is_not_read(shop: Shop) -> None:
    for body in BAD_BODIES.values():
        response = shop.client.post(PREFIX + _HOSTED, data=body)
        assert response.status_code == 401
        assert errors_of(response) == ["X-Digest-Key: is missing."]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "GET"])
def test_another_method_is_refused_in_our_shape(shop: Shop, method: str) -> None:
    response = shop.client.open(PREFIX + _HOSTED, method=method)
    assert response.status_code == 405
    assert response.headers["Allow"] == "POST"
    assert errors_of(response)


@pytest.mark.parametrize(
    "path", ["/nothing", "/checkout/", "/../../etc/passwd", "/%00"]
)
def test_no_path_leads_elsewhere(shop: Shop, path: str) -> None:
    response = shop.client.get(PREFIX + path)
    assert response.status_code == 404
    assert errors_of(response)


def test_signatures_take_constant_time(
    merchant: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[object] = []
    compare = hmac.compare_digest

    def note(one: Any, other: Any) -> bool:
        seen.append(other)
        return compare(one, other)

    monkeypatch.setattr(hmac, "compare_digest", note)
    unknown = {**merchant.headers("GET", "/auth-test", b""), "X-Digest-Key": "0" * 12}
    assert merchant.get("/auth-test").status_code == 200
    known = len(seen)
    merchant.client.get(f"{PREFIX}/auth-test", headers=unknown)
    # A key that nobody has takes the same comparison.
    assert known == 1 and len(seen) == 2


def test_no_answer_and_no_log_tells_a_secret(
    shop: Shop, merchant: Merchant, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    body = {**MINIMAL, "metadata": {"note": CANARY}}
    answers = [
        merchant.get("/auth-test"),
        merchant.post("/checkout", body),
        merchant.post(_HOSTED, {"charge": {"currency": CANARY}}),
        merchant.get("/checkout", id=CANARY),
        shop.client.get(f"{PREFIX}/openapi.json"),
        shop.client.get(f"{PREFIX}/docs"),
    ]
    told = "".join(answer.text for answer in answers)
    assert merchant.secret not in told + caplog.text
    assert CANARY not in told + caplog.text
    assert merchant.secret not in repr(shop.services.api_keys.list())
    assert merchant.secret not in repr(shop.services.configuration)


def test_a_fault_of_ours_tells_nothing(
    shop: Shop, merchant: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkouts = shop.services.stores.of("default").checkouts

    def fail(*arguments: object) -> None:
        raise RuntimeError(f"{CANARY} in a traceback")

    monkeypatch.setattr(type(checkouts), "get", fail)
    response = merchant.get("/checkout", id="0" * 32)
    assert response.status_code == 500
    assert CANARY not in "".join(errors_of(response))


def test_no_cookie_is_set_or_needed(shop: Shop, merchant: Merchant) -> None:
    for response in (
        merchant.post(_HOSTED, MINIMAL),
        shop.client.get(f"{PREFIX}/ping"),
    ):
        assert "Set-Cookie" not in response.headers
        assert "Access-Control-Allow-Origin" not in response.headers
        assert response.headers["Cache-Control"] == "no-store"


def test_reading_changes_nothing(shop: Shop, merchant: Merchant) -> None:
    made = merchant.post(_HOSTED, MINIMAL).get_json()
    before = shop.books()
    for path, query in (("/checkout", {"id": made["id"]}), ("/checkouts", {})):
        assert merchant.get(path, **query).status_code == 200
    assert shop.books() == before


def test_long_input_is_refused_quickly(shop: Shop, merchant: Merchant) -> None:
    long = "a" * 60_000
    for body in (
        _charge(currency=long),
        _item(netAmount="1" * 60_000),
        _item(description=long),
    ):
        _refused(shop, partial(merchant.post, _HOSTED, body))
    response = merchant.get("/checkout", id="a" * 3000)
    assert response.status_code == 400


def test_the_app_without_an_api_has_none(shop: Shop) -> None:
    app = Flask("without")
    app.config.update(
        TESTING=True,
        CHECKOUT_KIT_API=False,
        CHECKOUT_KIT_DATABASE_URL=shop.app.config["CHECKOUT_KIT_DATABASE_URL"],
    )
    CheckoutKit(app)
    assert app.test_client().get(f"{PREFIX}/ping").status_code == 404
    assert "checkout_kit_api" not in app.blueprints
