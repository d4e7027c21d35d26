"""All providers on one page, each paid there."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from example_shop.providers import simulators
from tests.e2e.buyer import PATIENCE, Buyer
from tests.e2e.demo import Demo
from tests.e2e.side_by_side import PROVIDERS

pytestmark = pytest.mark.browser


def test_one_checkout_offers_the_methods_of_all(buyer: Buyer) -> None:
    buyer.open_review()
    buyer.press_pay()
    expect(buyer.page.locator(".method").first).to_be_visible(timeout=PATIENCE)
    methods = buyer.page.locator(".method").all()
    offered = [method.get_attribute("value") or "" for method in methods]
    assert {method.partition(":")[0] for method in offered} == set(PROVIDERS)
    # The same coin by several providers: each button says whose it is.
    labels = [method.locator(".method-name").inner_text() for method in methods]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_each_is_paid_on_the_page(buyer: Buyer, demo: Demo, provider: str) -> None:
    buyer.open_review()
    reference = buyer.press_pay()
    buyer.choose("BTC", provider)
    buyer.play("Pay exactly")
    buyer.expect_heading("Payment received")
    buyer.go_back_to_shop()
    buyer.expect_heading("Paid. Thank you!")
    order = demo.read_order(reference)
    assert (order["status"], order["paid_count"]) == ("paid", 1)


def test_the_overview_leads_to_every_simulator(buyer: Buyer) -> None:
    page = buyer.page
    for provider in simulators():
        page.goto(f"{buyer.demo.simulators_url}/")
        page.get_by_role("link", name=provider, exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("simulator")
        page.get_by_role("button", name="+1 minute").click()
        expect(page.locator("main")).to_contain_text("60 s from the real time")
        page.get_by_role("button", name="Real time").click()
        expect(page.locator("main")).to_contain_text("the real time")
    buyer.watch.problems.clear()
