"""The pages of offers and links in a real browser: accessible, with and without it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from checkout_kit.testing.clock import FakeClock
from tests.selling.conftest import Shop, count, page_paths
from tests.support.accessibility import find_violations
from tests.support.pages import listen, serving

pytestmark = pytest.mark.browser


@pytest.fixture
def shop(database_url: str, clock: FakeClock) -> Iterator[Shop]:
    """A shop without an app context: its server has its own."""
    shop = Shop(database_url, clock)
    yield shop
    shop.kit.close()


@pytest.mark.parametrize("kind", ["link", "free link", "offer", "free offer"])
def test_the_page_is_accessible_on_every_screen(
    kind: str, shop: Shop, chromium: Browser
) -> None:
    with serving(shop.app, "/checkout") as url:
        address = f"{url}/{page_paths(shop)[kind]}"
        for width, dark, locale in ((320, False, "en"), (1280, True, "ar")):
            context = chromium.new_context(
                viewport={"width": width, "height": 800},
                color_scheme="dark" if dark else "light",
                locale=locale,
            )
            page = context.new_page()
            problems = listen(page)
            page.goto(address)
            assert page.get_attribute("html", "dir") == ("rtl" if dark else "ltr")
            assert find_violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            assert problems == []
            context.close()


@pytest.mark.parametrize("scripts", [False, True])
def test_a_link_is_taken_up_with_the_keyboard_alone(
    scripts: bool, shop: Shop, chromium: Browser
) -> None:
    with serving(shop.app, "/checkout") as url:
        address = f"{url}/{page_paths(shop)['free link']}"
        context = chromium.new_context(java_script_enabled=scripts)
        page = context.new_page()
        page.goto(address)
        page.focus("#amount")
        page.keyboard.press("Control+A")
        page.keyboard.type("0,50")
        page.keyboard.press("Enter")
        page.wait_for_selector("[aria-invalid=true]")
        assert page.input_value("#amount") == "0,50"
        page.focus("#amount")
        page.keyboard.press("Control+A")
        page.keyboard.type("12,50")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_selector("body.at-choose")
        assert "12.50" in page.inner_text("#total")
        context.close()
    with shop.app.app_context():
        assert count(shop.kit) == 1


def test_a_page_without_an_origin_may_send_its_own_form(
    shop: Shop, chromium: Browser
) -> None:
    # Our pages name no referrer, so that their forms say "Origin: null".
    with serving(shop.app, "/checkout") as url:
        address = f"{url}/{page_paths(shop)['offer']}"
        context = chromium.new_context()
        page = context.new_page()
        page.goto(address)
        with page.expect_request(lambda r: r.method == "POST") as sent:
            page.click("button.button")
        assert sent.value.all_headers().get("origin") == "null"
        page.wait_for_selector("body.at-choose")
        context.close()
