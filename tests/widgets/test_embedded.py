"""<checkout-frame>, <checkout-status> and <checkout-donation> on another's page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.support.accessibility import find_violations
from tests.web.fake_desk import CASES, CHECKOUT_ID, TOKEN
from tests.widgets.stage import Stage
from tests.widgets.test_dialog import heard

pytestmark = pytest.mark.browser

DONATION = """
<checkout-donation currency="EUR" amounts="5 10 25" min="1" max="500" goal="5000">
<a href="{}">Donate</a></checkout-donation>
"""


def test_a_frame_is_as_high_as_its_page_and_tells_its_end(
    stage: Stage, tab: Page
) -> None:
    tab.goto(stage.page(f'<checkout-frame src="{stage.checkout}"></checkout-frame>'))
    tab.frame_locator("checkout-frame iframe").locator("h1").wait_for()
    assert heard(tab, "checkout-opened")[0]["checkoutId"] == CHECKOUT_ID
    (inside,) = tab.frames[1:]
    tab.wait_for_function(
        "needed => Math.abs(document.querySelector('checkout-frame').offsetHeight"
        " - needed) < 8",
        arg=inside.evaluate("document.documentElement.getBoundingClientRect().height"),
    )
    assert find_violations(tab) == []
    stage.desk.checkouts[TOKEN] = CASES["cancelled"]()
    assert heard(tab, "checkout-cancelled")[0]["checkoutId"] == CHECKOUT_ID
    # The way back leads the buyer away, not the frame.
    way = tab.frame_locator("checkout-frame iframe").locator("a[rel~=noreferrer]").first
    way.evaluate("link => link.addEventListener('click', e => e.preventDefault())")
    way.click()
    assert way.get_attribute("target") == "_top"


def test_a_status_says_how_it_is_getting_on_in_any_language(
    stage: Stage, tab: Page
) -> None:
    body = f'<checkout-status src="{stage.checkout}"></checkout-status>'
    tab.goto(
        stage.page(body + body.replace("<checkout-status", "<checkout-status lang=he"))
    )
    first, second = (tab.locator("checkout-status").nth(n) for n in range(2))
    first.get_by_text("Waiting for payment").wait_for()
    second.get_by_text("ממתינים לתשלום").wait_for()
    assert second.locator(".body").get_attribute("dir") == "rtl"
    assert find_violations(tab) == []
    for case, words in (("seen", "Payment on its way"), ("paid", "Paid")):
        stage.desk.checkouts[TOKEN] = CASES[case]()
        first.get_by_text(words, exact=True).wait_for()
    stages = [event["stage"] for event in heard(tab, "checkout-changed")]
    assert stages == ["waiting"] * 2 + ["seen"] * 2 + ["paid"] * 2
    assert len(heard(tab, "checkout-paid")) == 2
    # Both of them were told by the same questions.
    asked = tab.evaluate(
        "performance.getEntriesByType('resource').filter(e => "
        "e.name.endsWith('/status') && e.startTime < 150).length"
    )
    assert asked <= 1


def test_a_donation_of_a_preset_and_of_a_free_amount(stage: Stage, tab: Page) -> None:
    tab.goto(stage.page(DONATION.format(stage.offer(is_free=True))))
    bar = tab.get_by_role("progressbar", name="€1,840 of €5,000")
    assert bar.evaluate("bar => bar.value / bar.max") == 1840 / 5000
    assert find_violations(tab) == []
    # By the keyboard alone: to the presets, on to 10, and to the button.
    tab.keyboard.press("Tab")
    tab.keyboard.press("ArrowRight")
    tab.get_by_role("button", name="Donate €10").wait_for()
    tab.keyboard.press("Enter")
    inside = tab.frame_locator("checkout-donation iframe")
    inside.locator("h1").wait_for()
    tab.keyboard.press("Escape")
    other = tab.get_by_label("Other amount (EUR)")
    other.fill("0.50")
    tab.get_by_role("button", name="Donate €0.50").click()
    assert other.evaluate("input => input.validity.rangeUnderflow")
    other.fill("12.50")
    tab.get_by_role("button", name="Donate €12.50").click()
    inside.locator("h1").wait_for()
    amounts = [choices[0].amount for choices, _ in stage.counter.taken]
    assert [str(amount) for amount in amounts] == ["10", "12.50"]


def test_right_to_left_dark_and_on_a_phone(
    stage: Stage, new_tab: Callable[..., Page]
) -> None:
    phone: dict[str, object] = {"is_mobile": True, "has_touch": True}
    phone["viewport"] = {"width": 390, "height": 844}
    page = new_tab(color_scheme="dark", **phone)
    page.goto(stage.page(DONATION.format(stage.offer(is_free=True)), lang="ar"))
    donate = page.locator("checkout-donation .pay")
    donate.wait_for()
    assert "تبرّع" in donate.inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert find_violations(page) == []
    donate.click()
    dialog = page.locator("checkout-donation dialog")
    page.frame_locator("checkout-donation iframe").locator("h1").wait_for()
    # It rises to its place.
    dialog.evaluate("it => Promise.all(it.getAnimations().map((one) => one.finished))")
    box = dialog.bounding_box()
    assert box == pytest.approx({"x": 0, "y": 0, "width": 390, "height": 844}, abs=0.1)
