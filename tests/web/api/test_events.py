"""GET /events: paged by sequence, one store's only."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from tests.web.api.conftest import MerchantMaker
from tests.web.api.merchant import Merchant, errors_of


def _order(merchant: Merchant, app: Flask, count: int) -> None:
    for _ in range(count):
        assert merchant.post("/checkout/hosted", merchant.order()).status_code == 200
    with app.app_context():
        app.extensions["checkout_kit"].delivering.dispatch()


def _events(merchant: Merchant, **query: object) -> Any:
    answer = merchant.get("/events", **query)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def test_the_newest_come_first(merchant: Merchant, app: Flask) -> None:
    _order(merchant, app, 3)
    page = _events(merchant, limit=2)
    places = [event["sequence"] for event in page["events"]]
    assert places == sorted(places, reverse=True)
    assert page["limit"] == 2
    rest = _events(merchant, before=page["last"])
    assert [event["sequence"] for event in rest["events"]] == [places[-1] - 1]
    assert page["events"][0]["type"] == "checkout.created"


def test_a_reader_goes_on_after_the_last_one(merchant: Merchant, app: Flask) -> None:
    _order(merchant, app, 3)
    first = _events(merchant, after=0, limit=2)
    second = _events(merchant, after=first["last"], limit=2)
    assert len(first["events"]) == 2
    assert len(second["events"]) == 1
    nothing = _events(merchant, after=second["last"])
    assert (nothing["events"], nothing["last"]) == ([], second["last"])
    _order(merchant, app, 1)
    assert len(_events(merchant, after=nothing["last"])["events"]) == 1
    assert _events(merchant, after=10**15)["events"] == []
    assert _events(merchant, type="checkout.paid")["events"] == []


def test_a_store_sees_its_own_events_only(
    make_merchant: MerchantMaker, app: Flask
) -> None:
    mine, other = make_merchant("mine"), make_merchant("other")
    _order(mine, app, 1)
    assert len(_events(mine)["events"]) == 1
    assert _events(other)["events"] == []


def test_a_webhook_is_signed_with_the_key_that_made_the_checkout(
    app: Flask, make_merchant: MerchantMaker
) -> None:
    keys = [make_merchant("mine"), make_merchant("mine")]
    services = app.extensions["checkout_kit"]
    outlet = next(o for o in services.outgoing.outlets if o.prefix == "webhook:")
    now = services.basis.clock.now()
    for merchant in keys:
        body = merchant.order(webhook="https://shop.example/hook")
        made = merchant.post("/checkout/hosted", body).get_json()
        with services.basis.units.read() as unit:
            checkout = unit.checkouts.find_by_id(made["id"], now)
        assert checkout is not None
        assert outlet._secret_of(checkout) == merchant.secret
        with app.app_context():
            services.api_keys.revoke(merchant.key, now)
        assert outlet._secret_of(checkout) is None


@pytest.mark.parametrize(
    "query",
    [
        {"after": -1},
        {"after": "x"},
        {"after": 2**63},
        {"limit": 0},
        {"limit": 251},
        {"type": "checkout.payed"},
        {"after": 1, "before": 2},
    ],
)
def test_a_query_that_makes_no_sense_is_refused(
    merchant: Merchant, query: dict[str, object]
) -> None:
    answer = merchant.get("/events", **query)
    assert answer.status_code == 400
    assert errors_of(answer)
