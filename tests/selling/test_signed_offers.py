"""The signature of offers: what it holds, for how long, and that nothing else does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeSerializer

from checkout_kit import (
    Charge,
    CheckoutKit,
    DiscountItem,
    InputError,
    LineItem,
    Money,
    OfferRefused,
    TaxItem,
)
from checkout_kit.testing.clock import FakeClock
from tests.fakes.scripted import ten_dollars
from tests.selling.conftest import KEY, OFFERS, count


def test_a_changed_offer_makes_nothing(kit: CheckoutKit, client: FlaskClient) -> None:
    offer = kit.sign_offer(ten_dollars())
    body, _, signature = offer.rpartition(".")
    for forged in (f"{body}A.{signature}", f"{body}.{signature[:-2]}AA", body):
        form = client.post(OFFERS, data={"offer": forged, "key": KEY})
        assert form.status_code == 400 and "not valid" in form.text
        assert client.get(OFFERS, query_string={"offer": forged}).status_code == 400
    assert count(kit) == 0


def test_another_purposes_signature_is_no_offers(
    app: Flask, client: FlaskClient, kit: CheckoutKit
) -> None:
    told = {"charge": {"currency": "USD/2", "lineItems": []}}
    forged = URLSafeSerializer(str(app.secret_key), salt="checkout_kit.return")
    order = {"offer": forged.dumps(told), "key": KEY}
    answer = client.post(OFFERS, json=order)
    assert answer.json and answer.json["code"] == "tampered"


def test_an_offer_ends(kit: CheckoutKit, client: FlaskClient, clock: FakeClock) -> None:
    offer = kit.sign_offer(ten_dollars(), expires=timedelta(minutes=5))
    clock.advance(299)
    assert client.get(OFFERS, query_string={"offer": offer}).status_code == 200
    clock.advance(1)
    assert client.get(OFFERS, query_string={"offer": offer}).status_code == 410
    form = client.post(OFFERS, data={"offer": offer, "key": KEY})
    assert form.status_code == 410 and "has ended" in form.text
    script = client.post(OFFERS, json={"offer": offer, "key": KEY})
    assert script.status_code == 410
    assert script.json and script.json["code"] == "expired"
    assert count(kit) == 0


def test_an_offer_holds_for_a_day_or_as_long_as_is_said(
    kit: CheckoutKit, client: FlaskClient, clock: FakeClock
) -> None:
    usual, endless = (
        kit.sign_offer(ten_dollars()),
        kit.sign_offer(ten_dollars(), expires=None),
    )
    clock.advance(24 * 3600)
    assert client.get(OFFERS, query_string={"offer": usual}).status_code == 410
    assert client.get(OFFERS, query_string={"offer": endless}).status_code == 200


def test_an_offer_outlives_a_change_of_keys(app: Flask, kit: CheckoutKit) -> None:
    offer = kit.sign_offer(ten_dollars())
    app.config["SECRET_KEY_FALLBACKS"] = [app.config["SECRET_KEY"]]
    app.config["SECRET_KEY"] = "another one"
    assert kit.open_offer(offer, key=KEY).total == Money("10", "USD")
    app.config["SECRET_KEY_FALLBACKS"] = []
    with pytest.raises(OfferRefused) as caught:
        kit.open_offer(offer, key=KEY)
    assert caught.value.reason == "tampered"


def test_everything_of_a_charge_survives_the_signature(kit: CheckoutKit) -> None:
    charge = Charge(
        "EUR",
        [LineItem("Kettle", "64.00", 2, "K-1"), LineItem("Filter", "3.10")],
        [DiscountItem("Welcome", "9.30")],
        [],
        [TaxItem("VAT", "0.19")],
    )
    offer = kit.sign_offer(
        charge,
        settlement_currency="USD",
        return_url="https://shop.example/thanks",
        cancel_url="https://shop.example/cart",
        campaign="tea",
    )
    checkout = kit.open_offer(offer, key=KEY)
    assert checkout.charge == charge
    assert str(checkout.settlement_currency) == "USD"
    assert checkout.return_url == "https://shop.example/thanks"
    assert checkout.cancel_url == "https://shop.example/cart"
    assert checkout.campaign == "tea"


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"min": 1}, "max"),
        ({"max": 1}, "max"),
        ({"min": 0, "max": 20}, "min"),
        ({"min": 11, "max": 20}, "min"),
        ({"min": 20, "max": 1}, "min"),
        ({"min": Money(1, "EUR"), "max": Money(20, "EUR")}, "min"),
        ({"expires": timedelta(0)}, "expires"),
        ({"max_quantity": 0}, "maxQuantity"),
        ({"min": 1, "max": 20, "max_quantity": 2}, "maxQuantity"),
        ({"return_url": "javascript:alert(1)"}, "links.returnUrl"),
        ({"campaign": "x" * 65}, "campaign"),
        ({"reference": "a\u202eb"}, "reference"),
        ({"metadata": {"note": "".join(map(str, range(3000)))}}, "offer"),
    ],
)
def test_an_offer_that_can_not_be_sound_is_not_signed(
    options: dict[str, Any], field: str, kit: CheckoutKit
) -> None:
    with pytest.raises(InputError) as caught:
        kit.sign_offer(ten_dollars(), **options)
    assert caught.value.field == field


def test_a_free_amount_is_for_one_thing(kit: CheckoutKit) -> None:
    taxed = Charge("USD", [LineItem("Tea", 5)], tax_items=[TaxItem("VAT", "0.1")])
    with pytest.raises(InputError, match="one line item"):
        kit.sign_offer(taxed, min=1, max=10)
