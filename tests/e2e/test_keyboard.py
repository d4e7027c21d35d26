"""The purchase by keyboard alone: every stop is reached, and can be seen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.e2e.buyer import Buyer

pytestmark = pytest.mark.browser

_MOST_STOPS = 60
#: What is focused, by the name that a screen reader says, and whether it is outlined.
_FOCUSED = """
() => {
  const element = document.activeElement;
  const labels = element.labels ?? [];
  const name = element.getAttribute("aria-label") ??
    (labels.length ? labels[0].textContent : element.textContent);
  const styles = [null, "::after"].map((part) => getComputedStyle(element, part));
  return [
    name.trim().replace(/\\s+/g, " "),
    styles.some((style) => style.outlineStyle !== "none"),
  ];
}
"""


def tab_to(page: Page, name: str) -> None:
    """Press Tab until something of this name is focused."""
    passed = []
    for _ in range(_MOST_STOPS):
        page.keyboard.press("Tab")
        focused, is_outlined = page.evaluate(_FOCUSED)
        passed.append(focused)
        if focused.startswith(name):
            assert is_outlined, f"{focused} is focused, and nobody can see it"
            return
    raise AssertionError(f"{name} can't be reached, only {passed}")


def test_purchase_by_keyboard(buyer: Buyer) -> None:
    page = buyer.page
    page.goto(buyer.demo.url)
    for stop, heading in (
        ("Tide Mug", "Tide Mug"),
        ("Add to cart", "Your cart"),
        ("Review order", "Review your order"),
        ("Pay $", "How would you like to pay?"),
    ):
        tab_to(page, stop)
        page.keyboard.press("Enter")
        buyer.expect_heading(heading)
    tab_to(page, "Bitcoin")
    page.keyboard.press("Space")
    page.locator(".fields").wait_for()
    tab_to(page, "Pay exactly")
    page.keyboard.press("Enter")
    buyer.expect_heading("Payment received")
    tab_to(page, "Back to Umberfold")
    page.keyboard.press("Enter")
    buyer.expect_heading("Paid. Thank you!")


def test_the_skip_links_lead_past_the_top(buyer: Buyer) -> None:
    page = buyer.page
    page.goto(buyer.demo.url)
    tab_to(page, "Skip to content")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    buyer.fill_cart()
    buyer.begin_payment()
    tab_to(page, "Skip to the payment")
    page.keyboard.press("Enter")
    tab_to(page, "Bitcoin")
