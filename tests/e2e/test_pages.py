"""Every page of a purchase: accessible, no wider than a phone, and self-contained."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.buyer import Buyer
from tests.e2e.watch import find_faults

pytestmark = pytest.mark.browser


@pytest.fixture
def look(new_buyer: Callable[..., Buyer]) -> tuple[Buyer, Callable[[], None]]:
    """A buyer with a small phone, and a thorough look at the page they are on."""
    buyer = new_buyer(viewport={"width": 360, "height": 740})

    def look_thoroughly() -> None:
        page = buyer.page
        heading = page.get_by_role("heading", level=1).inner_text()
        page.emulate_media(color_scheme="light")
        assert (heading, find_faults(page)) == (heading, [])
        page.emulate_media(color_scheme="dark")
        dark = find_faults(page, rules=["color-contrast"])
        assert (f"{heading}, dark", dark) == (f"{heading}, dark", [])

    return buyer, look_thoroughly


def test_shop_pages_are_accessible_on_a_small_phone(
    look: tuple[Buyer, Callable[[], None]],
) -> None:
    buyer, look_thoroughly = look
    page, demo = buyer.page, buyer.demo
    buyer.watch.expected_statuses |= {400, 404}
    for path in ("/", "/cart", "/orders", "/products/nothing", "/return"):
        page.goto(demo.url + path)
        look_thoroughly()
    buyer.fill_cart("Ember Teapot")
    page.go_back()
    look_thoroughly()
    page.go_forward()
    page.get_by_label("Discount code").fill("NOTHING")
    page.get_by_role("button", name="Apply the code").click()
    page.get_by_text("This code is not known here.").wait_for()
    look_thoroughly()
    page.goto(f"{demo.url}/review")
    look_thoroughly()


def test_checkout_pages_are_accessible_on_a_small_phone(
    look: tuple[Buyer, Callable[[], None]],
) -> None:
    buyer, look_thoroughly = look
    page, demo = buyer.page, buyer.demo
    buyer.open_review()
    reference = buyer.press_pay()
    look_thoroughly()
    buyer.choose("XLM")
    look_thoroughly()
    buyer.change_method("XRP")
    look_thoroughly()
    checkout_url = page.url
    page.get_by_role("link", name="Cancel order").click()
    look_thoroughly()
    page.goto(f"{demo.url}/orders/{reference}")
    look_thoroughly()
    page.goto(checkout_url)
    buyer.play("Pay less")
    buyer.expect_heading("$3.81 is still missing")
    look_thoroughly()
    buyer.choose("XRP")
    look_thoroughly()
    buyer.play("Pay exactly")
    buyer.expect_heading("Payment received")
    look_thoroughly()
    buyer.go_back_to_shop()
    look_thoroughly()
    page.goto(f"{demo.url}/orders")
    look_thoroughly()


def test_the_watch_notices_what_it_is_for(buyer: Buyer) -> None:
    page, problems = buyer.page, buyer.watch.problems
    page.goto(buyer.demo.url)
    page.evaluate(
        """new Promise((done) => {
          addEventListener("securitypolicyviolation", done);
          document.body.append(Object.assign(new Image(), {src: "http://x.test/"}));
        })"""
    )
    assert any("CSP img-src refused http://x.test/" in problem for problem in problems)
    problems.clear()
    page.goto(f"{buyer.demo.simulators_url}/coinqvest/")
    assert f"asked another host: {page.url}" in problems
    problems.clear()
