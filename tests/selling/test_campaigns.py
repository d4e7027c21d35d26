"""Campaigns: what was paid for them, in their own currency, and nothing else."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from flask.testing import FlaskClient

from checkout_kit import (
    Charge,
    Checkout,
    CheckoutKit,
    LineItem,
    Money,
    PaymentObservation,
    PaymentStatus,
)
from tests.fakes.scripted import ten_dollars
from tests.selling.conftest import BLOG, KEY, Shop, donation

CAMPAIGN = "/checkout/offers/campaign"
_KEYS = itertools.count(10**16)


def give(shop: Shop, offer: str, amount: str | None = "25") -> Checkout:
    """Open a donation."""
    return shop.kit.open_offer(offer, key=f"{next(_KEYS)}", amount=amount)


def collected(shop: Shop, currency: str = "USD") -> str:
    """What the roof has collected."""
    return shop.kit.campaign_total("roof", currency).to_text()


def test_only_what_was_paid_counts(shop: Shop) -> None:
    roof = donation(shop.kit, campaign="roof")
    for amount in ("25", "25", "1.50"):
        shop.pay(give(shop, roof, amount))
    give(shop, roof, "100")
    shop.pay(give(shop, donation(shop.kit, campaign="bells"), "7"))
    shop.pay(shop.kit.create_checkout(ten_dollars()))
    assert collected(shop) == "51.5"


def test_currencies_are_apart(shop: Shop) -> None:
    shop.pay(give(shop, donation(shop.kit, campaign="roof"), "25"))
    euro = shop.kit.sign_offer(
        Charge("EUR", [LineItem("A new roof", 5)]), campaign="roof"
    )
    shop.pay(give(shop, euro, None))
    assert collected(shop) == "25"
    assert collected(shop, "EUR") == "5"
    assert collected(shop, "JPY") == "0"


def test_a_part_counts_once_it_is_accepted(shop: Shop) -> None:
    partly = shop.pay(give(shop, donation(shop.kit, campaign="roof"), "20"), part=2)
    assert collected(shop) == "0"
    shop.kit.resolve_checkout(partly.id, accepted=True)
    assert collected(shop) == "10"


def test_what_is_taken_back_does_not_count(shop: Shop) -> None:
    paid = shop.pay(give(shop, donation(shop.kit, campaign="roof"), "20"))
    assert collected(shop) == "20"
    (invoice,) = paid.invoices
    gone = PaymentObservation(f"d-{invoice.id}", invoice.amount, PaymentStatus.REVERSED)
    shop.script.payments[invoice.id] = [gone]
    shop.clock.advance(3600)
    assert not shop.kit.check_checkout(paid.id).is_paid
    assert collected(shop) == "0"


def test_whoever_sees_the_offer_may_ask(shop: Shop, client: FlaskClient) -> None:
    roof = donation(shop.kit, campaign="roof")
    shop.pay(give(shop, roof, "12.50"))
    answer = client.get(
        CAMPAIGN, query_string={"offer": roof}, headers={"Origin": BLOG}
    )
    told = {"campaign": "roof", "collected": "12.5", "currency": "USD"}
    assert answer.get_json() == told
    assert answer.headers["Access-Control-Allow-Origin"] == BLOG
    # The campaign goes on, whatever one price does.
    shop.clock.advance(2 * 24 * 3600)
    assert client.get(CAMPAIGN, query_string={"offer": roof}).get_json() == told


@pytest.mark.parametrize("query", [{}, {"offer": ""}, {"offer": "roof"}])
def test_nobody_else_may_ask(query: dict[str, Any], client: FlaskClient) -> None:
    answer = client.get(CAMPAIGN, query_string=query)
    assert answer.status_code == 400 and answer.is_json


def test_an_offer_without_a_campaign_collects_nothing(
    kit: CheckoutKit, client: FlaskClient
) -> None:
    answer = client.get(CAMPAIGN, query_string={"offer": donation(kit)})
    assert answer.status_code == 400


def test_a_campaign_is_part_of_what_a_key_stands_for(kit: CheckoutKit) -> None:
    first = kit.open_offer(donation(kit, campaign="roof"), key=KEY, amount=5)
    assert kit.get_checkout(first.id).campaign == "roof"
    assert kit.open_offer(donation(kit, campaign="roof"), key=KEY, amount=5) == first
    assert first.total == Money("5", "USD")
