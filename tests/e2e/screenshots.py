"""Screenshots for the eye: every state of the page, the shop around it, the widgets.

``make screenshots`` puts them into ``.test-results/screenshots``, for phone and
desktop, light and dark. Named states are taken alone; ``--page FILE`` takes nothing but
the picture that the README shows.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from checkout_kit.testing import FakeClock
from tests.e2e.buyer import Buyer
from tests.e2e.conftest import browsing
from tests.e2e.demo import Demo, running_demo
from tests.fakes.scripted import ten_dollars
from tests.selling.conftest import Shop, page_paths
from tests.support.components import find_chromium
from tests.support.pages import serving
from tests.web.fake_desk import CASES, TOKEN
from tests.web.gallery import ARGUMENTS, FOLDER, SIZES, make_app
from tests.widgets.stage import staged

_A_MOMENT_LATER = re.compile("59:5")
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, Scheme] = ("light", "dark")
#: Without the test mode's buttons, which begin below.
_PAGE_SIZE = {"width": 1280, "height": 850}


class _QuietHandler(WSGIRequestHandler):
    """Writes no access log."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Write nothing."""


def take_pictures(
    browser: Browser,
    urls: Mapping[str, str],
    prepare: Callable[[Page], None] = lambda page: None,
    **options: object,
) -> None:
    """Take each address's picture for every screen, light and dark."""
    for (size, (width, height)), scheme in product(SIZES.items(), SCHEMES):
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            reduced_motion="reduce",
            **options,  # type: ignore[arg-type]
        )
        page = context.new_page()
        for name, url in urls.items():
            page.goto(url)
            prepare(page)
            _settle(page)
            path = FOLDER / f"{name}-{size}-{scheme}.png"
            page.screenshot(path=path, full_page=True)
        context.close()


def take_states(browser: Browser, cases: Iterable[str]) -> None:
    """Take states of the page, as a desk made by hand shows them."""
    for case in cases:
        server = make_server(
            "127.0.0.1",
            0,
            make_app(case),
            threaded=True,
            request_handler=_QuietHandler,
        )
        threading.Thread(target=server.serve_forever, daemon=True).start()
        place = {"error": "nobody", "cancel": f"{TOKEN}/cancel"}.get(case, TOKEN)
        url = f"http://127.0.0.1:{server.server_port}/checkout/{place}"
        take_pictures(browser, {case: url})
        server.shutdown()


def take_shop(browser: Browser, demo: Demo) -> None:
    """Take the shop's own pages, with orders as buyers leave them."""
    with buying(browser, demo) as buyer:
        page = buyer.page
        take_pictures(browser, {"shop_cart_empty": f"{demo.url}/cart"})
        orders = {"paid": "Pay exactly", "short": "Pay less", "over": "Pay more"}
        references = {}
        for name, scenario in orders.items():
            references[name] = buyer.buy("BTC")
            buyer.play(scenario)
            page.locator(".at-pay").wait_for(state="detached")
            buyer.page.goto(f"{demo.url}/orders/{references[name]}")
        references["cancelled"] = fill_big_cart(buyer)
        page.get_by_role("link", name="Cancel order").click()
        page.get_by_role("button", name="Cancel the order").click()
        references["waiting"] = fill_big_cart(buyer)
        urls = {
            "shop_shelf": "/",
            "shop_product": "/products/ember-teapot",
            "shop_cart": "/cart",
            "shop_review": "/review",
            "shop_orders": "/orders",
            "shop_error": "/products/nothing",
        }
        urls |= {f"shop_order_{n}": f"/orders/{r}" for n, r in references.items()}
        take_pictures(
            browser,
            {name: demo.url + path for name, path in urls.items()},
            storage_state=page.context.storage_state(),
        )


def take_selling(browser: Browser, folder: Path) -> None:
    """Take the pages of links and offers, the till, and every widget on a blog."""
    shop = Shop(f"sqlite:///{folder / 'selling.db'}", FakeClock())
    with serving(shop.app, "/checkout") as url:
        pages = page_paths(shop)
        pages["ended link"] = _ended_link(shop)
        urls = {f"sell_{n.replace(' ', '_')}": f"{url}/{p}" for n, p in pages.items()}
        take_pictures(browser, urls)
    shop.kit.close()
    with staged() as stage:
        take_pictures(browser, {"widget_till": f"{stage.shop}/checkout/pos"}, _ring_up)
        blog = stage.page(
            f'<p><checkout-button href="{stage.checkout}"></checkout-button></p>'
            f'<p><checkout-status src="{stage.checkout}"></checkout-status></p>'
            '<checkout-donation currency="EUR" amounts="5 10 25" min="1" max="500"'
            f' goal="5000"><a href="{stage.offer(is_free=True)}">Donate</a>'
            f'</checkout-donation><checkout-frame src="{stage.checkout}">'
            "</checkout-frame>"
        )
        take_pictures(browser, {"widgets": blog}, _wait_for_frame)
        button = f'<checkout-button href="{stage.checkout}"></checkout-button>'
        take_pictures(browser, {"widget_dialog": stage.page(button)}, _open_dialog)


def _ring_up(page: Page) -> None:
    page.get_by_role("button", name="Espresso").click()


def _open_dialog(page: Page) -> None:
    page.locator("checkout-button .pay").click()
    _wait_for_frame(page)


def _wait_for_frame(page: Page) -> None:
    page.frame_locator("iframe").locator("h1").wait_for()


def _ended_link(shop: Shop) -> str:
    with shop.app.app_context():
        link = shop.kit.create_link(ten_dollars(), stock=1)
        shop.kit.close_link(link.id)
        return f"links/{link.token}"


def take_page(browser: Browser, demo: Demo, path: Path) -> None:
    """Take the picture of the README: a real cart, about to be paid."""
    with buying(browser, demo, viewport=_PAGE_SIZE) as buyer:
        fill_big_cart(buyer)
        buyer.choose("XLM")
        buyer.page.mouse.move(0, 0)
        # An hour to the second looks as if the clock stood still.
        expect(buyer.page.locator("[data-countdown]")).to_have_text(_A_MOMENT_LATER)
        _settle(buyer.page)
        picture = Image.open(BytesIO(buyer.page.screenshot()))
    # Flat colours: a palette of 256 is told from the original by no eye.
    flat = picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    path.parent.mkdir(parents=True, exist_ok=True)
    flat.save(path, optimize=True)


@contextmanager
def buying(browser: Browser, demo: Demo, **options: object) -> Iterator[Buyer]:
    """A buyer at a desk, in daylight."""
    screen = {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"}
    with browsing(browser, demo, **{**screen, **options}) as buyer:
        yield buyer


def fill_big_cart(buyer: Buyer) -> str:
    """Order a teapot and cups at a discount, up to the choice of a method."""
    page = buyer.page
    buyer.fill_cart("Ember Teapot")
    buyer.fill_cart("Pebble Cups", 2)
    if page.get_by_label("Discount code").count():
        page.get_by_label("Discount code").fill("WELCOME10")
        page.get_by_role("button", name="Apply the code").click()
    page.get_by_label("Send it to").select_option(label="United Kingdom")
    page.get_by_role("button", name="Change country").click()
    return buyer.begin_payment()


def _settle(page: Page) -> None:
    """Wait until fonts and pictures are there, also those further down."""
    page.evaluate(
        """async () => {
          for (const image of document.images) image.loading = "eager";
          await document.fonts.ready;
          await Promise.all([...document.images].map((image) => image.decode()));
        }"""
    )


def main() -> int:
    """Take the pictures that were asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.screenshots")
    parser.add_argument("--page", type=Path, metavar="FILE")
    parser.add_argument("states", nargs="*", metavar="STATE", choices=[[], *CASES])
    chosen = parser.parse_args()
    executable = find_chromium()
    if executable is None:
        sys.exit("there is no Chromium on this machine")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        sync_playwright() as playwright,
        tempfile.TemporaryDirectory() as folder,
        running_demo(Path(folder)) as demo,
    ):
        browser = playwright.chromium.launch(
            executable_path=executable, headless=True, args=ARGUMENTS
        )
        if chosen.page is not None:
            take_page(browser, demo, chosen.page)
        elif chosen.states:
            take_states(browser, chosen.states)
        else:
            take_states(browser, CASES)
            take_selling(browser, Path(folder))
            take_shop(browser, demo)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
