"""What the widgets weigh, and how soon their dialog shows the page, in a browser."""

from __future__ import annotations

import gzip
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask
from playwright.sync_api import Page, sync_playwright

from bench.goals import GOALS, Result
from bench.kit import QuickProvider, create, make_kit
from bench.rounds import race, ratios
from bench.servers import ToolMissing
from checkout_kit_widgets import WidgetFiles
from tests.support.components import find_chromium
from tests.support.pages import serving

KEYS = frozenset({"widgets-size", "widgets-hosts", "dialog"})
#: What all modules may weigh, compressed: 12 kB.
BUDGET = 12_000
_GOALS = {goal.key: goal for goal in GOALS}
_ROUNDS = 15
_PAINTED = """
new Promise((told) => {
  new PerformanceObserver((list) => {
    for (const entry of list.getEntriesByName("first-contentful-paint")) {
      told(performance.timeOrigin + entry.startTime);
    }
  }).observe({type: "paint", buffered: true});
})
"""
_NOW = "performance.timeOrigin + performance.now()"
_PRESS = f"""
(() => {{
  const now = {_NOW};
  document.querySelector("checkout-button").open();
  return now;
}})()
"""
_LEAVE = f"(() => {{ const now = {_NOW}; location.assign('PAGE'); return now; }})()"


def measure_size() -> Result:
    """Compare what all modules weigh with what they may."""
    files = WidgetFiles()
    size = sum(
        len(gzip.compress(files.find(name) or b"", 9, mtime=0))
        for name in files.names
        if name.endswith(".js") and not name.startswith("words/")
    )
    return Result(_GOALS["widgets-size"], (size / BUDGET,))


def measure_browser(folder: Path) -> list[Result]:
    """Open the page by a button, and by going there; count who else was asked."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    blog = Flask("blog")
    asked: list[str] = []
    with serving(blog) as here:
        blog_url = here.replace("127.0.0.1", "localhost")
        kit, shop = make_kit(
            f"sqlite:///{folder / 'widgets.sqlite'}",
            {"quick": QuickProvider},
            CHECKOUT_KIT_FRAME_ANCESTORS=[blog_url],
        )
        with serving(shop) as there, _tab() as tab:
            with shop.app_context():
                kit.init_db()
                address = f"{there}/checkout/{create(kit).token}"
            _furnish(blog, there, address)
            tab.on("request", lambda request: asked.append(request.url))
            found = race(
                "dialog",
                {
                    "button": _opening(tab, blog_url, _PRESS),
                    "page": _opening(tab, blog_url, _LEAVE.replace("PAGE", address)),
                },
                rounds=_ROUNDS,
            )
    own = {urlsplit(url).netloc for url in (blog_url, there)}
    others = [url for url in asked if urlsplit(url).netloc not in own]
    return [
        Result(_GOALS["widgets-hosts"], (float(len(others)),)),
        Result(_GOALS["dialog"], ratios(found["button"], found["page"])),
    ]


def _furnish(blog: Flask, shop: str, address: str) -> None:
    script = f"{shop}/checkout/widgets/1/define.js"

    @blog.get("/")
    def show() -> str:
        return (
            f'<!doctype html><title>Blog</title><link rel="icon" href="data:,">'
            f'<script type="module" src="{script}"></script>'
            f'<checkout-button href="{address}"></checkout-button>'
        )


@contextmanager
def _tab() -> Iterator[Page]:
    executable = find_chromium()
    if executable is None:
        raise ToolMissing("Chromium is missing (apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser.new_page()
        browser.close()


def _opening(tab: Page, blog: str, act: str) -> Callable[[], float]:
    """Measures from the act to the first paint of the checkout's page, in ms."""

    def measure() -> float:
        tab.goto(blog)
        tab.locator("checkout-button .pay").wait_for()
        start = tab.evaluate(act)
        if act == _PRESS:
            tab.frame_locator("checkout-button iframe").locator("h1").wait_for()
            where = tab.frames[-1]
        else:
            tab.wait_for_url("**/checkout/*")
            where = tab.main_frame
        where.locator("h1").wait_for()
        painted: float = where.evaluate(_PAINTED)
        return painted - float(start)

    return measure
