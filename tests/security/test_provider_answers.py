"""Answers of a hostile or broken provider: a typed error, nothing credited."""

from __future__ import annotations

import gzip
import json
import threading
from typing import Any

import pytest
from werkzeug.wrappers import Request, Response

from checkout_kit import CheckoutState, Invoice, ProviderError
from tests.security.provider_side import ProviderSide, answer_with
from tests.security.shop import Shop

GET = "GET /checkout"


def _paid(invoice: Invoice, **changes: Any) -> dict[str, Any]:
    payment = {
        "id": "p1",
        "type": "PAYMENT",
        "state": "RESOLVED",
        "timestamp": "2026-01-05T12:00:00+00:00",
        "creditAssetCode": "USD",
        "creditAmount": "10.0000000",
        "sourceAssetCode": "XLM",
        "sourceAssetIssuer": "XLM:NATIVE",
        "sourceAmount": invoice.amount.to_text(),
        "sourceBlockchain": "XLM",
        "checkoutId": invoice.reference,
    }
    checkout = {
        "id": invoice.reference,
        "timestamp": "2026-01-05T12:00:00+00:00",
        "state": "COMPLETED",
        "payments": [payment],
    }
    for name, value in changes.items():
        (payment if name in payment else checkout)[name] = value
    checkout |= changes.get("checkout", {})
    return {"checkout": checkout}


def _watch(shop: Shop, invoice: Invoice, provider: ProviderSide, spoil: Any) -> None:
    """Look at the spoilt answer, then at an honest one, which still counts."""
    before = shop.books()
    provider.spoil[GET] = spoil
    plugin = shop.services.registry.plugin("coinqvest")
    with pytest.raises(ProviderError):
        plugin._client.get_checkout(invoice.reference)
    checkout = shop.look(invoice)
    assert (checkout.state, checkout.is_paid) == (CheckoutState.NEW_CHARGE, False)
    assert shop.books() == before
    del provider.spoil[GET]
    provider.pay(invoice)
    shop.clock.advance(60)
    assert shop.look(invoice).is_paid


@pytest.mark.parametrize(
    "change",
    [
        {"sourceAmount": "-1"},
        {"sourceAmount": "1e9"},
        {"sourceAmount": "NaN"},
        {"sourceAmount": "Infinity"},
        {"sourceAmount": True},
        {"sourceAmount": ["1"]},
        {"sourceAmount": 10**40},
        {"sourceAmount": None},
        {"creditAmount": "1,000"},
        {"creditAmount": "\u0661"},
        {"sourceAssetCode": ""},
        {"sourceAssetCode": 1},
        {"sourceBlockchain": "X\nLM"},
        {"state": "PAID"},
        {"state": ["RESOLVED"]},
        {"type": "REFUND"},
        {"timestamp": "0001-01-01T00:00:00+14:00"},
        {"timestamp": "9999-12-31T23:59:59-14:00"},
        {"timestamp": "2026-01-05T12:00:00"},
        {"timestamp": "2026-02-30T12:00:00Z"},
        {"timestamp": 1767614400},
        {"checkoutId": "somebodyelses"},
        {"id": "x" * 65},
        {"checkout": {"id": "000000000009"}},
        {"checkout": {"state": "PAID"}},
        {"checkout": {"payments": None}},
        {"checkout": {"payments": {"0": {}}}},
        {"checkout": {"payments": ["x"]}},
    ],
    ids=str,
)
def test_a_wrong_value_credits_nothing(
    coinqvest: Shop, provider: ProviderSide, change: dict[str, Any]
) -> None:
    invoice = coinqvest.invoice("coinqvest:XLM")
    before = coinqvest.books()
    provider.spoil[GET] = answer_with(_paid(invoice, **change))
    checkout = coinqvest.look(invoice)
    assert (checkout.state, checkout.is_paid) == (CheckoutState.NEW_CHARGE, False)
    assert coinqvest.books() == before


def test_the_answer_without_a_wrong_value_does_pay(
    coinqvest: Shop, provider: ProviderSide
) -> None:
    invoice = coinqvest.invoice("coinqvest:XLM")
    provider.spoil[GET] = answer_with(_paid(invoice))
    assert coinqvest.look(invoice).is_paid


def _bodies(invoice: Invoice) -> dict[str, Any]:
    honest = json.dumps(_paid(invoice)).encode()
    bomb = gzip.compress(b" " * 50_000_000, 9)
    return {
        "html": answer_with("<html><h1>Paid</h1></html>", content_type="text/html"),
        "truncated": answer_with(honest[:-10]),
        "empty": answer_with(b""),
        "null": answer_with(b"null"),
        "list": answer_with(b"[]"),
        "two-texts": answer_with(honest + honest),
        "duplicate-keys": answer_with(
            honest.replace(b'"state": "COMP', b'"state": "NEW_CHARGE", "state": "COMP')
        ),
        "not-utf-8": answer_with(honest.replace(b"XLM:NATIVE", b"\xff\xfe")),
        "nan": answer_with(b'{"checkout": NaN}'),
        "deep": answer_with(b"[" * 100_000 + b"]" * 100_000),
        "10-megabytes": answer_with(b'{"a":"' + b"x" * 10_000_000 + b'"}'),
        "gzip-bomb": answer_with(bomb, content_encoding="gzip"),
        "unasked-packing": answer_with(honest, content_encoding="br"),
        "redirect": answer_with(honest, 302, location="https://evil.example/"),
        "500": answer_with(honest, 500),
        "404": answer_with(honest, 404),
        "429": answer_with(honest, 429, retry_after="9999999"),
        "errors-and-data": answer_with({"errors": ["no"], **_paid(invoice)}),
    }


@pytest.mark.parametrize("kind", ["html", "truncated", "gzip-bomb", "redirect", "500"])
def test_a_broken_answer_credits_nothing_and_the_invoice_is_watched_on(
    coinqvest: Shop, provider: ProviderSide, kind: str
) -> None:
    invoice = coinqvest.invoice("coinqvest:XLM")
    _watch(coinqvest, invoice, provider, _bodies(invoice)[kind])


def test_every_broken_body_is_a_typed_error(
    coinqvest: Shop, provider: ProviderSide
) -> None:
    invoice = coinqvest.invoice("coinqvest:XLM")
    before = coinqvest.books()
    client = coinqvest.services.registry.plugin("coinqvest")._client
    for kind, spoil in _bodies(invoice).items():
        provider.spoil[GET] = spoil
        with pytest.raises(ProviderError):
            client.get_checkout(invoice.reference)
            pytest.fail(f"{kind} was read")
    assert coinqvest.books() == before


@pytest.mark.slow
def test_silence_credits_nothing(coinqvest: Shop, provider: ProviderSide) -> None:
    over = threading.Event()

    def silent(request: Request) -> Response:
        over.wait(5)
        return Response("{}")

    invoice = coinqvest.invoice("coinqvest:XLM")
    try:
        _watch(coinqvest, invoice, provider, silent)
    finally:
        over.set()


def test_one_unusable_payment_keeps_no_other_invoice_out(
    coinqvest: Shop, provider: ProviderSide
) -> None:
    odd, good = (coinqvest.invoice("coinqvest:XLM") for _ in range(2))
    provider.pay(odd, sourceTxId="f" * 300)
    provider.pay(good)
    coinqvest.clock.advance(10)
    coinqvest.kit.run_due()
    assert coinqvest.read(good).is_paid
    assert not coinqvest.read(odd).is_paid


def test_one_payment_counts_for_one_checkout(
    coinqvest: Shop, provider: ProviderSide
) -> None:
    # The same deposit listed under two checkouts, its own id of a checkout left out.
    first, second = (coinqvest.invoice("coinqvest:XLM") for _ in range(2))
    provider.pay(first, id="same", checkoutId=None)
    assert coinqvest.look(first).is_paid
    provider.pay(second, id="same", checkoutId=None)
    assert coinqvest.look(second).state is CheckoutState.NEW_CHARGE
    assert [d.external_id for d in coinqvest.kit.list_unmatched()] == ["same"]


@pytest.mark.parametrize("endpoint", ["POST /checkout", "POST /checkout/commit"])
def test_a_provider_that_can_not_quote_disappears(
    coinqvest: Shop, provider: ProviderSide, endpoint: str
) -> None:
    checkout = coinqvest.checkout()
    for spoil in (answer_with("<html>"), answer_with({"id": 1}), answer_with([], 500)):
        provider.spoil[endpoint] = spoil
        coinqvest.clock.advance(400)
        answer = coinqvest.client.get(coinqvest.page(checkout))
        assert answer.status_code == 200
        form = {"method": "coinqvest:XLM"}
        answer = coinqvest.client.post(coinqvest.page(checkout, "/method"), data=form)
        assert answer.status_code == 303
    assert not coinqvest.kit.get_checkout(checkout.id).is_paid
