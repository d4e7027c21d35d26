"""<checkout-button> on a page of another origin, under a strict policy."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import FrameLocator, Page

from tests.support.accessibility import find_violations
from tests.web.fake_desk import CASES, CHECKOUT_ID, TOKEN
from tests.widgets.stage import Stage

pytestmark = pytest.mark.browser

BUTTON = '<checkout-button><a href="{}">Pay €105.43</a></checkout-button>'
_OPEN = "!!document.querySelector('checkout-button').shadowRoot.querySelector('[open]')"
_FOCUS = """
(() => {
  const host = document.activeElement;
  return host.localName + " " + (host.shadowRoot?.activeElement?.localName ?? "");
})()
"""


def press_pay(page: Page) -> FrameLocator:
    """Open the dialog; gives the page in it."""
    page.locator("checkout-button .pay").first.click()
    return page.frame_locator("checkout-button iframe")


def wait_closed(page: Page) -> None:
    """Wait until the dialog is away."""
    page.wait_for_function(f"() => !{_OPEN}")


def heard(page: Page, *types: str) -> list[dict[str, object]]:
    """The events of some types, once there is one of the last."""
    page.wait_for_function("t => heard.some(e => e.type === t)", arg=types[-1])
    found: list[dict[str, object]] = page.evaluate("heard")
    return [event for event in found if event["type"] in types]


def test_a_button_opens_the_checkout_above_the_page(stage: Stage, tab: Page) -> None:
    body = BUTTON.format(stage.checkout) + "<p>Text</p>" * 99
    tab.goto(stage.page(body))
    inside = press_pay(tab)
    inside.locator("h1").wait_for()
    event = {"type": "checkout-opened", "tag": "checkout-button"}
    assert heard(tab, "checkout-opened") == [{**event, "checkoutId": CHECKOUT_ID}]
    # The page behind is out of reach: it neither scrolls nor takes a click.
    tab.mouse.move(5, 5)
    tab.mouse.wheel(0, 600)
    tab.wait_for_timeout(100)
    assert tab.evaluate("scrollY") == 0
    assert find_violations(tab) == []
    stage.desk.checkouts[TOKEN] = CASES["paid"]()
    (paid,) = heard(tab, "checkout-paid")
    assert paid == {
        "type": "checkout-paid",
        "tag": "checkout-button",
        "checkoutId": CHECKOUT_ID,
    }
    tab.get_by_role("button", name="Close").click()
    wait_closed(tab)
    assert heard(tab, "checkout-closed")
    tab.mouse.wheel(0, 600)
    tab.wait_for_function("() => scrollY > 0")


def test_the_keyboard_opens_stays_inside_and_closes(stage: Stage, tab: Page) -> None:
    tab.goto(stage.page(BUTTON.format(stage.checkout) + '<a href="#x">Behind</a>'))
    tab.locator("checkout-button .pay").wait_for()
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    inside = tab.frame_locator("checkout-button iframe")
    inside.locator("h1").wait_for()
    seen = set()
    # Through all that the page has, until the close button is reached again.
    for _ in range(80):
        tab.keyboard.press("Tab")
        seen.add(tab.evaluate(_FOCUS))
        if "checkout-button button" in seen and len(seen - {"body "}) > 1:
            break
    # Out of the dialog is only the browser's own bar, where the body has the focus.
    assert seen - {"body "} == {"checkout-button button", "checkout-button iframe"}
    inside.locator("[data-copy]").first.focus()
    tab.keyboard.press("Escape")
    wait_closed(tab)
    assert tab.evaluate(_FOCUS) == "checkout-button a"
    tab.keyboard.press("Enter")
    tab.wait_for_function(f"() => {_OPEN}")
    tab.keyboard.press("Escape")
    wait_closed(tab)


def test_an_offer_is_taken_up_once_however_often_it_is_opened(
    stage: Stage, tab: Page
) -> None:
    tab.goto(stage.page(BUTTON.format(stage.offer())))
    press_pay(tab).locator("h1").wait_for()
    tab.keyboard.press("Escape")
    wait_closed(tab)
    press_pay(tab).locator("h1").wait_for()
    assert len(stage.counter.taken) == 1
    stage.desk.checkouts[TOKEN] = CASES["paid"]()
    assert heard(tab, "checkout-paid")
    tab.keyboard.press("Escape")
    wait_closed(tab)
    # What was paid is over: who presses again buys again.
    press_pay(tab).locator("h1").wait_for()
    tab.wait_for_timeout(100)
    keys = [key for _, key in stage.counter.taken]
    assert len(keys) == len(set(keys)) == 2


def test_a_tampered_offer_is_refused_in_words(
    stage: Stage, new_tab: Callable[..., Page]
) -> None:
    page = new_tab(expects=("status of 400",))
    page.goto(stage.page(BUTTON.format(f"{stage.offer()}x")))
    inside = press_pay(page)
    assert "offer" in inside.locator("h1").inner_text().lower()
    assert stage.counter.taken == []


def test_forged_messages_are_not_listened_to(stage: Stage, tab: Page) -> None:
    # From the page itself, and from the shop's own origin in another frame.
    other = f'<iframe title="Other" src="{stage.shop}/checkout/{TOKEN}"></iframe>'
    tab.goto(stage.page(BUTTON.format(stage.checkout) + other))
    press_pay(tab).locator("h1").wait_for()
    heard(tab, "checkout-opened")
    forged = {"type": "checkout-paid", "checkoutId": CHECKOUT_ID}
    tab.evaluate("message => postMessage(message, '*')", forged)
    tab.evaluate(
        "event => dispatchEvent(new MessageEvent('message', event))",
        {"data": forged, "origin": stage.shop},
    )
    (stranger,) = (
        frame
        for frame in tab.frames[1:]
        if frame.frame_element().get_attribute("title") == "Other"
    )
    stranger.evaluate("message => parent.postMessage(message, '*')", forged)
    tab.wait_for_timeout(200)
    types = {event["type"] for event in tab.evaluate("heard")}
    assert types == {"checkout-opened"}


def test_without_javascript_it_is_a_link(
    stage: Stage, new_tab: Callable[..., Page]
) -> None:
    page = new_tab(java_script_enabled=False)
    page.goto(stage.page(BUTTON.format(stage.checkout)))
    page.get_by_role("link", name="Pay €105.43").click()
    assert page.url == stage.checkout


def test_a_new_tab_is_followed_by_the_status(stage: Stage, tab: Page) -> None:
    button = BUTTON.replace("<checkout-button", '<checkout-button mode="tab"')
    tab.goto(stage.page(button.format(stage.checkout)))
    with tab.expect_popup() as opened:
        tab.locator("checkout-button .pay").click()
    opened.value.locator("h1").wait_for()
    assert opened.value.evaluate("opener") is None
    stage.desk.checkouts[TOKEN] = CASES["paid"]()
    (paid,) = heard(tab, "checkout-paid")
    assert (paid["stage"], paid["isPaid"]) == ("paid", True)


def test_a_script_for_an_address_is_never_run(stage: Stage, tab: Page) -> None:
    tab.goto(stage.page(BUTTON.format("javascript:document.title='run'")))
    button = tab.locator("checkout-button .pay")
    button.wait_for()
    assert button.get_attribute("href") is None
    tab.evaluate("document.querySelector('checkout-button').open()")
    assert tab.title() == "A blog"


def test_a_changed_module_is_not_run(
    stage: Stage, new_tab: Callable[..., Page]
) -> None:
    page = new_tab(expects=("integrity", "fetch dynamically", "Failed to find"))
    page.route(
        "**/element.js",
        lambda route: route.fulfill(
            body="document.title = 'taken over'; export const make = 1;",
            content_type="text/javascript",
            headers={"Access-Control-Allow-Origin": "*"},
        ),
    )
    page.goto(stage.page(BUTTON.format(stage.checkout)))
    page.wait_for_timeout(300)
    assert page.title() == "A blog"
    # The link is there still.
    assert page.get_by_role("link", name="Pay €105.43").is_visible()
