"""Offers: the shop's price alone, one checkout for each purchase, or nothing."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from checkout_kit import (
    Charge,
    CheckoutKit,
    DiscountItem,
    IdempotencyConflict,
    LineItem,
    Money,
)
from tests.fakes.scripted import ten_dollars
from tests.selling.conftest import KEY, OFFERS, count, donation

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
