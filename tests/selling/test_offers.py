"""Signed offers: the shop's price alone, one checkout for each purchase, or nothing."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
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
    IdempotencyConflict,
    InputError,
    LineItem,
    Money,
    OfferRefused,
    TaxItem,
)
from checkout_kit.testing.clock import FakeClock
from tests.fakes.scripted import ten_dollars
from tests.selling.conftest import BLOG, KEY, OFFERS, count, donation

# By form


def test_a_form_leads_to_the_page_of_its_checkout(
    kit: CheckoutKit, client: FlaskClient
) -> None:
    offer = kit.sign_offer(ten_dollars(), reference="shirt", metadata={"size": "M"})
    answer = client.post(OFFERS, data={"offer": offer, "key": KEY})
    (checkout,) = kit.list_checkouts()
    assert answer.status_code == 303
    assert answer.location == f"/checkout/{checkout.token}"
    assert checkout.total == Money("10", "USD")
    assert (checkout.reference, checkout.metadata) == ("shirt", {"size": "M"})
    assert client.get(answer.location).status_code == 200


def test_looking_at_an_offer_makes_nothing(
    kit: CheckoutKit, client: FlaskClient
) -> None:
    page = client.get(OFFERS, query_string={"offer": kit.sign_offer(ten_dollars())})
    assert page.status_code == 200
    assert "T-Shirt" in page.text and "$10.00" in page.text
    assert "Set-Cookie" not in page.headers
    assert count(kit) == 0


def test_the_offers_own_page_is_complete_without_a_script(
    kit: CheckoutKit, client: FlaskClient
) -> None:
    page = client.get(OFFERS, query_string={"offer": donation(kit)}).text
    action = re.search(r'<form method="post" action="([^"]+)"', page)
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert action and key
    answer = client.post(
        action[1].replace("&amp;", "&"), data={"key": key[1], "amount": "12.50"}
    )
    assert answer.status_code == 303
    assert kit.list_checkouts()[0].total == Money("12.50", "USD")


def test_every_view_has_a_key_of_its_own(kit: CheckoutKit, client: FlaskClient) -> None:
    query = {"offer": kit.sign_offer(ten_dollars())}
    keys = {
        re.findall(
            r'name="key" value="([^"]+)"', client.get(OFFERS, query_string=query).text
        )[0]
        for _ in range(3)
    }
    assert len(keys) == 3


def test_a_form_without_a_key_is_asked_again(
    kit: CheckoutKit, client: FlaskClient
) -> None:
    answer = client.post(OFFERS, data={"offer": donation(kit), "amount": "7"})
    assert answer.status_code == 200
    assert 'value="7"' in answer.text
    assert count(kit) == 0


@pytest.mark.parametrize(
    "typed", ["12.50", "12,50", "12,5", " 12.5 ", "\u0661\u0662\u066b\u0665", "१२.५"]
)
def test_an_amount_may_be_typed_as_people_do(
    typed: str, kit: CheckoutKit, client: FlaskClient
) -> None:
    form = {"offer": donation(kit), "amount": typed, "key": KEY}
    assert client.post(OFFERS, data=form).status_code == 303
    assert kit.list_checkouts()[0].total == Money("12.50", "USD")


@pytest.mark.parametrize(
    "typed",
    [
        "0",
        "0.99",
        "500.01",
        "-5",
        "1,234",
        "1.234",
        "5e1",
        "NaN",
        "ten",
        "1 2",
        "9" * 40,
    ],
)
def test_an_amount_out_of_bounds_is_asked_for_again(
    typed: str, kit: CheckoutKit, client: FlaskClient
) -> None:
    form = {"offer": donation(kit), "amount": typed, "key": KEY}
    answer = client.post(OFFERS, data=form)
    assert answer.status_code == 400
    assert "From $1.00 to $500.00" in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert count(kit) == 0


# By script


def test_a_script_is_told_of_its_checkout(
    kit: CheckoutKit, client: FlaskClient
) -> None:
    answer = client.post(
        OFFERS, json={"offer": donation(kit), "amount": "30", "key": KEY}
    )
    (checkout,) = kit.list_checkouts()
    assert answer.status_code == 200
    told = answer.get_json()
    assert told.pop("expiresAt").endswith("Z")
    assert told == {
        "checkoutId": checkout.id,
        "url": f"https://shop.example/checkout/{checkout.token}",
        "statusUrl": f"https://shop.example/checkout/{checkout.token}/status",
        "total": "30",
        "currency": "USD",
    }


def test_a_double_click_opens_one_checkout(
    kit: CheckoutKit, client: FlaskClient
) -> None:
    order = {"offer": donation(kit), "amount": "30", "key": KEY}
    first, second = (client.post(OFFERS, json=order) for _ in range(2))
    third = client.post(OFFERS, data=order)
    assert first.json == second.json
    assert first.json and third.location == first.json["url"].removeprefix(
        "https://shop.example"
    )
    assert count(kit) == 1


def test_twenty_clicks_at_once_open_one_checkout(app: Flask, kit: CheckoutKit) -> None:
    order = {"offer": kit.sign_offer(ten_dollars()), "key": KEY}
    with ThreadPoolExecutor(20) as pool:
        answers = list(
            pool.map(lambda _: app.test_client().post(OFFERS, json=order), range(20))
        )
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert count(kit) == 1


def test_a_key_that_was_used_for_another_amount_is_a_conflict(
    kit: CheckoutKit, client: FlaskClient
) -> None:
    order = {"offer": donation(kit), "amount": "30", "key": KEY}
    client.post(OFFERS, json=order)
    by_script = client.post(OFFERS, json={**order, "amount": "31"})
    by_form = client.post(OFFERS, data={**order, "amount": "31"})
    assert by_script.status_code == by_form.status_code == 409
    assert by_script.json and by_script.json["code"] == "conflict"
    # The form comes with another key, so that it can be sent again.
    assert KEY not in by_form.text and 'value="31"' in by_form.text
    assert count(kit) == 1


def test_a_pages_key_is_none_of_the_shops(
    kit: CheckoutKit, client: FlaskClient
) -> None:
    mine = kit.create_checkout(ten_dollars(), idempotency_key=KEY)
    answer = client.post(
        OFFERS, json={"offer": kit.sign_offer(ten_dollars()), "key": KEY}
    )
    assert answer.json and answer.json["checkoutId"] != mine.id


@pytest.mark.parametrize(
    "key", [None, "", "short", "x" * 129, 17, "key with spaces in it"]
)
def test_a_key_that_can_be_guessed_is_refused(
    key: object, kit: CheckoutKit, client: FlaskClient
) -> None:
    order = {"offer": kit.sign_offer(ten_dollars()), "key": key}
    assert client.post(OFFERS, json=order).status_code == 400
    assert count(kit) == 0


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"amount": None}, "amount"),
        ({"amount": "0.99"}, "bounds"),
        ({"amount": "500.01"}, "bounds"),
        ({"amount": "1.001"}, "amount"),
        ({"amount": "-1"}, "amount"),
        ({"amount": True}, "amount"),
        ({"amount": []}, "amount"),
        ({"quantity": 2}, "quantity"),
        ({"quantity": 0}, "quantity"),
        ({"quantity": "2"}, "quantity"),
        ({"currency": "EUR"}, "currency"),
        ({"currency": 5}, "currency"),
        ({"offer": "nonsense"}, "tampered"),
        ({"offer": None}, "tampered"),
        ({"offer": "é"}, "tampered"),
        ({"offer": "x" * 5000}, "tampered"),
    ],
)
def test_what_an_offer_does_not_allow_makes_nothing(
    change: dict[str, Any], code: str, kit: CheckoutKit, client: FlaskClient
) -> None:
    order = {"offer": donation(kit), "amount": "30", "key": KEY, **change}
    answer = client.post(OFFERS, json=order)
    assert answer.status_code == 400
    # A negative amount is a number; it is out of the bounds.
    expected = "bounds" if change.get("amount") == "-1" else code
    assert answer.json and answer.json["code"] == expected
    assert count(kit) == 0


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b'"x"', b'{"items": []}', b'{"items": [1]}', b'{"items": {}}'],
)
def test_a_body_that_is_no_order_makes_nothing(
    body: bytes, kit: CheckoutKit, client: FlaskClient
) -> None:
    answer = client.post(OFFERS, data=body, content_type="application/json")
    assert answer.status_code == 400 and answer.is_json
    assert count(kit) == 0


def test_another_kind_of_body_is_refused(kit: CheckoutKit, client: FlaskClient) -> None:
    # What a page of another origin may send without asking is never read as JSON.
    body = f'{{"offer": "{kit.sign_offer(ten_dollars())}", "key": "{KEY}"}}'
    answer = client.post(OFFERS, data=body, content_type="text/plain")
    assert answer.status_code == 415
    assert count(kit) == 0


def test_a_price_can_not_be_named_where_it_is_fixed(
    kit: CheckoutKit, client: FlaskClient
) -> None:
    order = {"offer": kit.sign_offer(ten_dollars()), "amount": "1", "key": KEY}
    answer = client.post(OFFERS, json=order)
    assert answer.json and answer.json["code"] == "fixed"
    assert count(kit) == 0


# The signature


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


# Several at once


def test_a_till_adds_offers_up(kit: CheckoutKit, client: FlaskClient) -> None:
    coffee = kit.sign_offer(Charge("USD", [LineItem("Coffee", "3.20")]), max_quantity=9)
    tip = kit.sign_offer(Charge("USD", [LineItem("Tip", 1)]), min="0.01", max=50)
    order = {
        "items": [{"offer": coffee, "quantity": 3}, {"offer": tip, "amount": "1.40"}],
        "currency": "USD",
        "key": KEY,
    }
    answer = client.post(OFFERS, json=order)
    assert answer.json and answer.json["total"] == "11"
    (checkout,) = kit.list_checkouts()
    assert [i.description for i in checkout.charge.line_items] == ["Coffee", "Tip"]


def test_offers_that_do_not_go_together_make_nothing(
    kit: CheckoutKit, client: FlaskClient
) -> None:
    shirt = kit.sign_offer(ten_dollars())
    others = [
        kit.sign_offer(Charge("EUR", [LineItem("Tea", 1)])),
        kit.sign_offer(ten_dollars(), campaign="roof"),
        kit.sign_offer(ten_dollars(), reference="order-7"),
        kit.sign_offer(
            Charge("USD", [LineItem("Tea", 5)], discount_items=[DiscountItem("-", 4)])
        ),
    ]
    for other in others:
        order = {"items": [{"offer": shirt}, {"offer": other}], "key": KEY}
        answer = client.post(OFFERS, json=order)
        assert answer.json and answer.json["code"] == "mixed"
    many = {"items": [{"offer": shirt}] * 51, "key": KEY}
    assert client.post(OFFERS, json=many).status_code == 400
    assert count(kit) == 0


# Who may ask


def test_a_page_of_an_allowed_origin_may_open_and_poll(
    kit: CheckoutKit, client: FlaskClient
) -> None:
    asked = {
        "Origin": BLOG,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    preflight = client.options(OFFERS, headers=asked)
    assert preflight.status_code == 204
    assert preflight.headers["Access-Control-Allow-Origin"] == BLOG
    assert "Content-Type" in preflight.headers["Access-Control-Allow-Headers"]
    order = {"offer": kit.sign_offer(ten_dollars()), "key": KEY}
    answer = client.post(OFFERS, json=order, headers={"Origin": BLOG})
    assert answer.headers["Access-Control-Allow-Origin"] == BLOG
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert answer.json
    path = answer.json["statusUrl"].removeprefix("https://shop.example")
    status = client.get(path, headers={"Origin": BLOG})
    assert status.headers["Access-Control-Allow-Origin"] == BLOG
    assert "ETag" in status.headers["Access-Control-Expose-Headers"]
    assert status.headers["Vary"] == "Origin"
    known = {"Origin": BLOG, "If-None-Match": status.headers["ETag"]}
    unchanged = client.get(path, headers=known)
    assert unchanged.status_code == 304
    assert unchanged.headers["Access-Control-Allow-Origin"] == BLOG


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "http://blog.example",
        "https://blog.example.evil.example",
    ],
)
def test_another_origin_is_refused(
    origin: str, kit: CheckoutKit, client: FlaskClient
) -> None:
    offer = kit.sign_offer(ten_dollars())
    headers = {"Origin": origin}
    form = client.post(OFFERS, data={"offer": offer, "key": KEY}, headers=headers)
    script = client.post(OFFERS, json={"offer": offer, "key": KEY}, headers=headers)
    asked = client.options(OFFERS, headers=headers)
    assert form.status_code == script.status_code == 403
    assert "page of the shop" in form.text
    assert script.is_json
    for answer in (form, script, asked):
        assert "Access-Control-Allow-Origin" not in answer.headers
    assert count(kit) == 0


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"Origin": "https://shop.example"}, 303),
        ({"Origin": BLOG}, 303),
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, 303),
        ({"Origin": "null"}, 303),
        ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "null", "Sec-Fetch-Site": "same-site"}, 403),
    ],
)
def test_a_form_says_where_it_comes_from(
    headers: dict[str, str], status: int, kit: CheckoutKit, client: FlaskClient
) -> None:
    form = {"offer": kit.sign_offer(ten_dollars()), "key": KEY}
    assert client.post(OFFERS, data=form, headers=headers).status_code == status


def test_an_address_that_opens_too_much_has_to_wait(
    kit: CheckoutKit, client: FlaskClient
) -> None:
    order = {"offer": kit.sign_offer(ten_dollars()), "key": KEY}
    codes = [client.post(OFFERS, json=order).status_code for _ in range(61)]
    assert codes == [200] * 60 + [429]
    refused = client.post(OFFERS, json=order)
    assert refused.is_json and int(refused.headers["Retry-After"]) > 0
    elsewhere = {"REMOTE_ADDR": "192.0.2.9"}
    assert client.post(OFFERS, json=order, environ_base=elsewhere).status_code == 200


# For the shop's own code


def test_the_facade_opens_an_offer(kit: CheckoutKit) -> None:
    checkout = kit.open_offer(donation(kit), key=KEY, amount=40)
    assert checkout.total == Money("40", "USD")
    assert checkout.url.startswith("https://shop.example/checkout/")
    with pytest.raises(IdempotencyConflict):
        kit.open_offer(donation(kit), key=KEY, amount=41)


def test_templates_know_the_addresses(
    app: Flask, kit: CheckoutKit, client: FlaskClient
) -> None:
    offer = kit.sign_offer(ten_dollars())
    link = app.jinja_env.from_string("{{ checkout_offer_url(o) }}").render(o=offer)
    assert link.startswith("https://shop.example/checkout/offers?offer=")
    assert client.get(link.removeprefix("https://shop.example")).status_code == 200
    text = app.jinja_env.from_string("{{ checkout_offers_url() }}").render()
    assert text == "https://shop.example/checkout/offers"
