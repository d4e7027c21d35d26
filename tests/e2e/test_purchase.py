"""The whole purchase, from the shelf to the paid order, with JavaScript and without."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.buyer import PATIENCE, WAITING, Buyer
from tests.e2e.demo import Demo

pytestmark = pytest.mark.browser

_REFRESH = 'meta[http-equiv="refresh"]'


def price_order(buyer: Buyer) -> None:
    """Enter the discount code and the country; the totals follow."""
    page = buyer.page
    page.get_by_label("Discount code").fill("welcome10")
    page.get_by_role("button", name="Apply the code").click()
    page.get_by_label("Send it to").select_option(label="Germany")
    page.get_by_role("button", name="Change country").click()
    totals = page.locator(".totals")
    # Twice 28.00 less a tenth, 14.00 shipping, 19 % tax on all of it.
    expect(totals).to_contain_text("\N{MINUS SIGN}$5.60")
    expect(totals).to_contain_text("$14.00")
    expect(totals).to_contain_text("$12.24")
    expect(totals.locator(".sum dd")).to_have_text("$76.64")


def expect_paid_order(buyer: Buyer, reference: str) -> None:
    """The order is paid, once, and in the history."""
    page, demo = buyer.page, buyer.demo
    buyer.expect_heading("Paid. Thank you!")
    expect(page.locator(".eyebrow")).to_have_text(f"Order {reference}")
    order = demo.read_order(reference)
    assert (order["status"], order["paid_count"]) == ("paid", 1)
    page.get_by_role("link", name="Orders", exact=True).click()
    entry = page.locator(".order-card", has_text=reference)
    expect(entry).to_contain_text("$76.64")
    expect(entry.locator(".badge")).to_have_text("Paid")
    page.get_by_role("link", name="Cart", exact=True).click()
    expect(page.locator("main")).to_contain_text("There is nothing in it yet.")


def test_purchase_with_javascript(buyer: Buyer, demo: Demo) -> None:
    page = buyer.page
    stock = demo.read_stock("tide-mug")
    buyer.fill_cart("Tide Mug", 2)
    price_order(buyer)
    reference = buyer.begin_payment()
    checkout_url = page.url
    expect(page.locator(".order")).to_contain_text("WELCOME10: 10 % off")
    expect(page.locator(".total-amount")).to_have_text("$76.64")
    buyer.choose("BTC")
    expect(page.locator(".pill")).to_have_text(WAITING)
    buyer.play("Pay exactly")
    # No click: the page follows the payment by itself.
    buyer.expect_heading("Payment received")
    assert page.url == checkout_url
    expect(page.locator(".payment")).to_contain_text("Confirmed")
    expect(page.locator(".total-label")).to_have_text("Paid")
    buyer.go_back_to_shop()
    assert re.search(r"/return\?checkoutId=\w{32}&checkoutSignature=", page.url)
    expect_paid_order(buyer, reference)
    assert demo.read_stock("tide-mug") == stock - 2


def test_purchase_without_javascript(new_buyer: Callable[..., Buyer]) -> None:
    buyer = new_buyer(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = buyer.page
    buyer.fill_cart("Tide Mug", 2)
    price_order(buyer)
    reference = buyer.begin_payment()
    assert page.locator(_REFRESH).count() == 0, "never while a form is shown"
    buyer.choose("XLM")
    assert page.locator(_REFRESH).get_attribute("content") == "15"
    page.get_by_role("link", name="Stop refreshing").click()
    expect(page.get_by_role("link", name="Refresh by itself")).to_be_visible()
    assert page.locator(_REFRESH).count() == 0
    buyer.play("Pay exactly")
    # The browser reloads by itself, after 15 seconds at most.
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Payment received", timeout=PATIENCE + 15_000)
    assert page.locator(_REFRESH).count() == 0
    buyer.go_back_to_shop()
    expect_paid_order(buyer, reference)
