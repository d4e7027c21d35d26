"""Who may take up an offer, from which page, and how often."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from checkout_kit import (
    CheckoutKit,
)
from tests.fakes.scripted import ten_dollars
from tests.selling.conftest import BLOG, KEY, OFFERS, count


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
