"""Less, more, late, and without the memo: what the buyer sees, and what counts."""

from __future__ import annotations

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from tests.e2e.buyer import WAITING, Buyer
from tests.e2e.codes import scan, take_apart

pytestmark = pytest.mark.browser


def test_less_is_topped_up_by_another_method(buyer: Buyer) -> None:
    page = buyer.page
    reference = buyer.buy("BTC")
    total = page.locator(".sum-total dd").inner_text()
    buyer.play("Pay less")
    # The simulator's "less" is nine tenths of 38.03 dollars.
    buyer.expect_heading("$3.81 is still missing")
    expect(page.locator(".total-label")).to_have_text("Still to pay")
    expect(page.locator(".total-amount")).to_have_text("$3.81")
    shown = buyer.choose("XLM")
    expect(page.locator("main")).to_contain_text("This is the rest.")
    rest = take_apart(scan(page))
    assert (rest.amount, rest.memo) == (Decimal(shown.amount), shown.memo)
    assert Decimal(shown.amount) < 70, "Lumens for 3.81 dollars, not for the total"
    buyer.play("Pay exactly")
    buyer.expect_heading("Payment received")
    expect(page.locator(".payment")).to_have_count(2)
    expect(page.locator(".total-amount")).to_have_text(total)
    buyer.go_back_to_shop()
    buyer.expect_heading("Paid. Thank you!")
    order = buyer.demo.read_order(reference)
    assert (order["paid_count"], order["needs_review"]) == (1, 0)


def test_more_is_paid_and_the_excess_is_told(buyer: Buyer) -> None:
    page = buyer.page
    reference = buyer.buy("LTC")
    buyer.play("Pay more")
    buyer.expect_heading("Payment received, and a little more")
    expect(page.locator("main")).to_contain_text("$3.80 more than the total")
    buyer.go_back_to_shop()
    buyer.expect_heading("Paid. Thank you!")
    expect(page.locator(".status")).to_contain_text("You paid $3.80 too much")
    order = buyer.demo.read_order(reference)
    assert (order["paid_count"], order["review_note"]) == (1, "paid too much")


def test_late_is_paid_and_said_to_be_late(buyer: Buyer) -> None:
    reference = buyer.buy("ETH")
    buyer.play("Pay late")
    buyer.expect_heading("Payment received")
    expect(buyer.page.locator(".outcome-status")).to_have_text("Paid late")
    buyer.go_back_to_shop()
    buyer.expect_heading("Paid. Thank you!")
    order = buyer.demo.read_order(reference)
    assert (order["paid_count"], order["review_note"]) == (1, "paid late")


def test_without_the_memo_nothing_is_credited(buyer: Buyer) -> None:
    page = buyer.page
    reference = buyer.buy("XLM")
    shown = buyer.read_instructions()
    buyer.play("Pay without memo")
    expect(page.locator(".pill")).to_have_text(WAITING)
    invoice = buyer.demo.find_invoice(memo=shown.memo or "")
    astray = [
        deposit["amount"]
        for deposit in buyer.demo.control("unmatched")["unmatched"]
        if deposit["meantFor"] == invoice["id"]
    ]
    assert astray == [shown.amount]
    # What comes with the memo later is the whole payment: not too much, so the
    # first one was never counted.
    buyer.play("Pay exactly")
    buyer.expect_heading("Payment received")
    expect(page.locator(".payment")).to_have_count(1)
    assert buyer.demo.read_order(reference)["needs_review"] == 0


def test_a_payment_is_shown_before_it_is_confirmed(buyer: Buyer) -> None:
    reference = buyer.buy("BTC")
    shown = buyer.read_instructions()
    invoice = buyer.demo.find_invoice(address=shown.address)
    payment = buyer.demo.pay(invoice, confirm=False)["payments"][0]
    buyer.expect_heading("Your payment is on its way")
    assert buyer.demo.read_order(reference)["status"] == "pending"
    expect(buyer.page.get_by_role("link", name="Cancel order")).to_have_count(0)
    buyer.demo.control(f"payments/{payment}/confirm", {})
    buyer.expect_heading("Payment received")
    buyer.go_back_to_shop()
    assert buyer.demo.read_order(reference)["paid_count"] == 1
