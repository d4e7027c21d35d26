"""Changes of mind and of price: another method, cancelled, expired."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.buyer import WAITING, Buyer

pytestmark = pytest.mark.browser

#: The simulator's prices hold for an hour; here so much of it is over at once.
_ALL_BUT_SIX_SECONDS = -(3600 - 6)


def test_a_payment_to_the_abandoned_invoice_counts(buyer: Buyer) -> None:
    page = buyer.page
    reference = buyer.buy("BTC")
    first = buyer.read_instructions()
    second = buyer.change_method("XRP")
    assert second.address != first.address
    buyer.demo.pay(buyer.demo.find_invoice(address=first.address))
    buyer.expect_heading("Payment received")
    expect(page.locator(".payment-amount")).to_have_text(f"{first.amount} BTC")
    buyer.go_back_to_shop()
    buyer.expect_heading("Paid. Thank you!")
    order = buyer.demo.read_order(reference)
    assert (order["paid_count"], order["needs_review"]) == (1, 0)


def test_cancelling_leads_back_to_the_cart(buyer: Buyer) -> None:
    page = buyer.page
    reference = buyer.buy("BTC")
    page.get_by_role("link", name="Cancel order").click()
    buyer.expect_heading("Cancel this order?")
    page.get_by_role("link", name="Keep it and go back").click()
    expect(page.locator(".pill")).to_have_text(WAITING)
    page.get_by_role("link", name="Cancel order").click()
    page.get_by_role("button", name="Cancel the order").click()
    buyer.expect_heading("This checkout was cancelled")
    buyer.go_back_to_shop()
    buyer.expect_heading("Your cart")
    expect(page.locator(".line-name")).to_have_text("Tide Mug")
    page.goto(f"{buyer.demo.url}/orders/{reference}")
    buyer.expect_heading("Order cancelled")
    assert buyer.demo.read_order(reference)["paid_count"] == 0


def test_money_sent_after_cancelling_still_pays(buyer: Buyer) -> None:
    reference = buyer.buy("BTC")
    invoice = buyer.demo.find_invoice(address=buyer.read_instructions().address)
    buyer.page.get_by_role("link", name="Cancel order").click()
    buyer.page.get_by_role("button", name="Cancel the order").click()
    buyer.expect_heading("This checkout was cancelled")
    # Payments bear whole seconds; this one is to come after the cancelling.
    cancelled = buyer.demo.read_seconds()
    buyer.wait_until(lambda: buyer.demo.read_seconds() > cancelled)
    buyer.demo.pay(invoice)
    buyer.wait_until(lambda: buyer.demo.read_order(reference)["paid_count"] > 0)
    order = buyer.demo.read_order(reference)
    assert (order["status"], order["paid_count"]) == ("paid", 1)
    assert order["review_note"] == "paid late"
    buyer.page.goto(f"{buyer.demo.url}/orders/{reference}")
    buyer.expect_heading("Paid. Thank you!")


def test_an_expired_price_is_renewed_by_one_click(buyer: Buyer) -> None:
    page = buyer.page
    buyer.open_review()
    reference = buyer.press_pay()
    checkout_url = page.url
    with buyer.demo.clock_moved(_ALL_BUT_SIX_SECONDS):
        old = buyer.choose("XLM")
    # No click: the countdown ends, and the page says so.
    buyer.expect_heading("The price has expired")
    expect(page.locator("main")).to_contain_text("Your order is still here.")
    new = buyer.choose("XLM")
    assert new.memo != old.memo
    assert page.url == checkout_url
    expect(page.locator(".total-reference bdi")).to_have_text(reference)
    buyer.play("Pay exactly")
    buyer.expect_heading("Payment received")
    buyer.go_back_to_shop()
    buyer.expect_heading("Paid. Thank you!")
    order = buyer.demo.read_order(reference)
    assert (order["paid_count"], order["needs_review"]) == (1, 0)
