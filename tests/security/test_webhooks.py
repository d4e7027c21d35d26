"""Webhooks that lie: whatever they say, only the provider's own answer counts."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from checkout_kit import (
    CheckoutKit,
    CheckoutState,
    ConfigurationError,
    InvoiceSnapshot,
    WebhookNotice,
    WebhookRequest,
)
from checkout_kit.storage import tables
from checkout_kit.testing.clock import FakeClock
from checkout_kit.testing.length_extension import extend_sha256
from tests.fakes.scripted import Script
from tests.plugins.coinqvest.fake_api import read_case
from tests.security.provider_side import API_SECRET, ProviderSide
from tests.security.shop import Shop

HOOK = "/checkout/hooks/coinqvest"


def _body(checkout_id: object, **changes: Any) -> bytes:
    case = read_case("webhook_payment") | {"checkoutId": checkout_id, **changes}
    return json.dumps(case).encode()


def _sign(body: bytes, secret: str = API_SECRET) -> dict[str, str]:
    return {"X-Webhook-Auth": hashlib.sha256(secret.encode() + body).hexdigest()}


def _post(shop: Shop, body: bytes, headers: dict[str, str], path: str = HOOK) -> int:
    return shop.client.post(path, data=body, headers=headers).status_code


def _digests(shop: Shop) -> int:
    query = select(func.count()).select_from(tables.webhook_digest)
    with shop.services.database.transaction(write=False) as connection:
        return int(connection.execute(query).scalar_one())


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Webhook-Auth": ""},
        {"X-Webhook-Auth": "0" * 64},
        {"X-Webhook-Auth": "é" * 64},
        _sign(_body("000000000001"), secret=""),
        {"X-Forwarded-For": "52.1.2.3", "X-Real-Ip": "52.1.2.3"},
    ],
    ids=["absent", "empty", "wrong", "not-ascii", "empty-secret", "spoofed-address"],
)
def test_a_forged_webhook_is_refused(coinqvest: Shop, headers: dict[str, str]) -> None:
    invoice = coinqvest.invoice("coinqvest:XLM")
    assert invoice.reference == "000000000001"
    before = coinqvest.books()
    assert _post(coinqvest, _body(invoice.reference), headers) == 401
    coinqvest.kit.run_due()
    assert (coinqvest.books(), _digests(coinqvest)) == (before, 0)


def test_an_empty_secret_stops_start_up(clock: FakeClock) -> None:
    app = Flask("shop")
    app.config.update(
        TESTING=True,
        CHECKOUT_KIT_PLUGINS={"coinqvest": {"api_key": "k", "api_secret": ""}},
    )
    with pytest.raises(ConfigurationError) as caught:
        CheckoutKit(app, clock=clock)
    assert caught.value.key.endswith("[coinqvest].api_secret")


def test_a_signed_lie_about_money_pays_nothing(coinqvest: Shop) -> None:
    invoice = coinqvest.invoice("coinqvest:XLM")
    before = coinqvest.books()
    for amount in ("0.1", "1000000", invoice.amount.to_text()):
        body = _body(invoice.reference, state="RESOLVED", creditAmount=amount)
        assert _post(coinqvest, body, _sign(body)) == 200
    coinqvest.clock.advance(30)
    coinqvest.kit.run_due()
    assert coinqvest.books() == before


@pytest.mark.parametrize("checkout_id", ["", None, 1, "*", "../x", "a" * 65, ["1"]])
def test_an_id_that_is_none_stands_for_no_checkout(
    coinqvest: Shop, checkout_id: object
) -> None:
    coinqvest.invoice("coinqvest:XLM")
    before = coinqvest.books()
    body = _body(checkout_id)
    assert _post(coinqvest, body, _sign(body)) == 401
    assert coinqvest.books() == before


def test_a_webhook_pays_no_other_checkout(
    coinqvest: Shop, provider: ProviderSide
) -> None:
    paid, unpaid = (coinqvest.invoice("coinqvest:XLM") for _ in range(2))
    provider.pay(paid)
    body = _body(paid.reference)
    turned = _body(unpaid.reference)
    assert _post(coinqvest, turned, _sign(body)) == 401
    assert _post(coinqvest, body, _sign(body)) == 200
    coinqvest.kit.run_due()
    assert coinqvest.read(paid).is_paid
    assert coinqvest.look(unpaid).state is CheckoutState.NEW_CHARGE


@pytest.mark.parametrize("guess", [len(API_SECRET), len(API_SECRET) + 1])
@pytest.mark.parametrize("suffix", [b',"state":"RESOLVED"}', b'{"type":"PAYMENT"}'])
def test_a_length_extended_webhook_is_refused(
    coinqvest: Shop, guess: int, suffix: bytes
) -> None:
    invoice = coinqvest.invoice("coinqvest:XLM")
    before = coinqvest.books()
    genuine = _body(invoice.reference)
    digest = _sign(genuine)["X-Webhook-Auth"]
    body, forged = extend_sha256(digest, genuine, suffix, secret_length=guess)
    assert _post(coinqvest, body, {"X-Webhook-Auth": forged}) == 401
    assert (coinqvest.books(), _digests(coinqvest)) == (before, 0)


def test_a_replayed_webhook_changes_nothing(
    coinqvest: Shop, provider: ProviderSide
) -> None:
    invoice = coinqvest.invoice("coinqvest:XLM")
    provider.pay(invoice)
    body = _body(invoice.reference)
    assert _post(coinqvest, body, _sign(body)) == 200
    coinqvest.kit.run_due()
    assert coinqvest.read(invoice).is_paid
    coinqvest.kit.run_due()
    before = coinqvest.books()
    for seconds in (1, 301, 86_400):
        coinqvest.clock.advance(seconds)
        assert _post(coinqvest, body, _sign(body)) == 200
    assert coinqvest.books() == before
    assert coinqvest.count(invoice.checkout_id, "checkout.paid") == 1


def test_a_replay_is_known_on_every_path(coinqvest: Shop) -> None:
    # The path is not signed: one captured webhook must not become many.
    invoice = coinqvest.invoice("coinqvest:XLM")
    body = _body(invoice.reference)
    for rest in ("", "/a", "/b/c", "/a?x=1", "?x=2"):
        assert _post(coinqvest, body, _sign(body), HOOK + rest) == 200
    assert _digests(coinqvest) == 1


def test_a_replay_after_a_cancel_changes_nothing(coinqvest: Shop) -> None:
    invoice = coinqvest.invoice("coinqvest:XLM")
    body = _body(invoice.reference)
    assert _post(coinqvest, body, _sign(body)) == 200
    coinqvest.kit.cancel_checkout(invoice.checkout_id)
    assert _post(coinqvest, body, _sign(body)) == 200
    coinqvest.clock.advance(60)
    coinqvest.kit.run_due()
    assert coinqvest.read(invoice).state is CheckoutState.CANCELLED


def test_a_webhook_right_after_a_check_is_postponed_not_lost(
    shop: Shop, script: Script
) -> None:
    invoice = shop.invoice("scripted:BTC")
    shop.clock.advance(3700)
    shop.kit.run_due()
    shop.clock.advance(1)
    script.notice = WebhookNotice((str(invoice.reference),))
    shop.kit.receive_webhook("scripted", WebhookRequest("POST", "", {}, b"1"))
    assert shop.kit.run_due().invoices_checked == 0
    shop.clock.advance(1)
    assert shop.kit.run_due().invoices_checked == 1


def test_signed_webhooks_without_a_body_differ_by_their_query(
    shop: Shop, script: Script
) -> None:
    script.notice = WebhookNotice(("nobody",))
    for query in ("id=1", "id=2", "id=2"):
        request = WebhookRequest("GET", "", {}, b"", query=query)
        shop.kit.receive_webhook("scripted", request)
    assert _digests(shop) == 2


def test_unsigned_pings_fill_no_table(shop: Shop, script: Script) -> None:
    script.notice = WebhookNotice(("nobody",), is_signed=False)
    for number in range(20):
        request = WebhookRequest("POST", "", {}, str(number).encode())
        shop.kit.receive_webhook("scripted", request)
    assert _digests(shop) == 0


@pytest.mark.slow
def test_fifty_threads_credit_one_payment_once(
    coinqvest: Shop, provider: ProviderSide
) -> None:
    invoice = coinqvest.invoice("coinqvest:XLM")
    checkout = coinqvest.read(invoice)
    payment = provider.pay(invoice)
    coinqvest.clock.advance(10)

    def attack(number: int) -> int:
        body = _body(invoice.reference, id=f"delivery{number}")
        status = _post(coinqvest, body, _sign(body))
        if number % 5 == 0:
            coinqvest.app.test_client().get(coinqvest.page(checkout, "/status"))
            with coinqvest.app.app_context():
                coinqvest.kit.check_checkout(invoice.checkout_id)
                coinqvest.kit.run_due()
        return status

    with ThreadPoolExecutor(50) as pool:
        statuses = set(pool.map(attack, range(50)))
    assert statuses <= {200, 503}
    coinqvest.look(invoice)
    coinqvest.kit.run_due()
    assert coinqvest.count(checkout.id, "checkout.paid") == 1
    assert coinqvest.count(checkout.id, "payment.detected") == 1
    assert coinqvest.count(checkout.id, "invoice.settled") <= 1
    (found,) = coinqvest.read(invoice).invoices[0].payments
    assert found.external_id == payment["id"]
    assert len(coinqvest.kit.list_settlements(checkout.id)) == 1


def test_a_deposit_without_an_amount_is_only_seen(shop: Shop, script: Script) -> None:
    # RBF, 0-conf: until it is confirmed it pays nothing and settles nothing.
    invoice = shop.invoice("scripted:BTC")
    script.snapshots[invoice.id] = InvoiceSnapshot(seen=True)
    checkout = shop.look(invoice)
    assert (checkout.state, checkout.is_paid) == (CheckoutState.IN_PROGRESS, False)
    script.snapshots[invoice.id] = InvoiceSnapshot()
    assert shop.look(invoice).state is CheckoutState.NEW_CHARGE
