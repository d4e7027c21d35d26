"""The page in a frame of another origin: what it says, to whom, and to nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from tests.support.pages import listen, serving
from tests.web.conftest import make_app
from tests.web.fake_desk import CASES, CHECKOUT_ID, TOKEN, FakeDesk, desk_for

pytestmark = pytest.mark.browser

_PATH = f"/checkout/{TOKEN}"

#: Hello to the first frame, and all that comes back, with where it came from.
_PARENT = """<!doctype html><title>Blog</title><link rel="icon" href="data:,">
<iframe title="Checkout" width="500" height="400" src="{page}"></iframe>{more}
<script>
  window.heard = [];
  addEventListener("message", (event) => {{
    heard.push({{ ...event.data, origin: event.origin }});
  }});
  const frame = document.querySelector("iframe");
  frame.addEventListener("load", () =>
    frame.contentWindow.postMessage({{ type: "checkout-hello" }}, "{origin}"));
</script>"""
#: A page that tries to be told, from inside another frame of the same blog.
_INTRUDER = """<!doctype html><title>Intruder</title><link rel="icon" href="data:,">
<script>
  window.heard = [];
  addEventListener("message", (event) => heard.push(event.data));
  parent.frames[0].postMessage({ type: "checkout-hello" }, "*");
</script>"""


def blog(pages: dict[str, str]) -> Flask:
    """A site of these pages."""
    app = Flask("blog")

    @app.get("/checkout/<token>")
    def show(token: str) -> str:
        return pages["blog"]

    return app


@contextmanager
def embedded(desk: FakeDesk, *, is_allowed: bool = True) -> Iterator[tuple[str, str]]:
    """A blog that shows the page in a frame, beside an intruder's.

    :return: the blog's address, and the page's origin.
    """
    with ExitStack() as stack:
        pages: dict[str, str] = {}
        there = stack.enter_context(serving(blog(pages), _PATH))
        intruder = stack.enter_context(serving(blog({"blog": _INTRUDER}), _PATH))
        # Another origin than the page's, of another site too.
        there = there.replace("127.0.0.1", "localhost")
        parts = urlsplit(there)
        origin = f"{parts.scheme}://{parts.netloc}"
        ancestors = (origin,) if is_allowed else ("https://elsewhere.example",)
        here = stack.enter_context(serving(make_app(desk, frame_ancestors=ancestors)))
        more = f'<iframe title="Other" src="{intruder}"></iframe>'
        pages["blog"] = _PARENT.format(page=f"{here}{_PATH}", origin=here, more=more)
        yield there, here


def heard(page: Page, type: str) -> list[dict[str, Any]]:
    """The messages of a type that the blog was sent, once there is one."""
    page.wait_for_function("t => heard.some(m => m.type === t)", arg=type)
    found: list[dict[str, Any]] = page.evaluate(
        "t => heard.filter(m => m.type === t)", type
    )
    return found


@pytest.fixture
def tab(chromium: Browser) -> Iterator[Page]:
    """A tab of a browser that keeps nothing."""
    context = chromium.new_context()
    yield context.new_page()
    context.close()


def test_a_framed_page_says_that_it_opened_and_how_high_it_is(tab: Page) -> None:
    with embedded(desk_for("pay_memo")) as (there, here):
        problems = listen(tab)
        tab.goto(there)
        opened = {"type": "checkout-opened", "checkoutId": CHECKOUT_ID, "origin": here}
        assert heard(tab, "checkout-opened") == [opened]
        (size, *_) = heard(tab, "checkout-resized")
        assert size["height"] > 400
        assert set(size) == {"type", "checkoutId", "height", "origin"}
        tab.set_viewport_size({"width": 1200, "height": 900})
        tab.evaluate("document.querySelector('iframe').width = 1100")
        tab.wait_for_function(
            "h => heard.some(m => m.type === 'checkout-resized' && m.height < h)",
            arg=size["height"],
        )
        assert problems == []


@pytest.mark.parametrize(
    ("case", "message"),
    [
        ("paid", "checkout-paid"),
        ("cancelled", "checkout-cancelled"),
        ("closed", "checkout-expired"),
    ],
)
def test_a_framed_page_says_what_becomes_of_it(
    case: str, message: str, tab: Page
) -> None:
    desk = desk_for("pay_memo")
    with embedded(desk) as (there, here):
        tab.goto(there)
        heard(tab, "checkout-opened")
        desk.checkouts[TOKEN] = CASES[case]()
        told = {"type": message, "checkoutId": CHECKOUT_ID, "origin": here}
        assert heard(tab, message) == [told]


def test_nothing_secret_is_said_and_nobody_else_hears(tab: Page) -> None:
    desk = desk_for("pay_memo")
    with embedded(desk) as (there, _):
        tab.goto(there)
        desk.checkouts[TOKEN] = CASES["paid"]()
        heard(tab, "checkout-paid")
        assert TOKEN not in tab.evaluate("JSON.stringify(heard)")
        intruder = tab.frames[2]
        intruder.evaluate(
            "parent.frames[0].postMessage({ type: 'checkout-hello' }, '*')"
        )
        # Whatever was sent to it would have come before this.
        intruder.evaluate(
            "new Promise(done => { addEventListener('message', done, { once: true });"
            "postMessage('the end') })"
        )
        assert intruder.evaluate("heard") == ["the end"]


def test_a_page_that_is_not_asked_says_nothing(tab: Page) -> None:
    with embedded(desk_for("pay_memo")) as (there, here):
        tab.goto(there)
        heard(tab, "checkout-opened")
        tab.evaluate("heard.length = 0")
        for message in ("null", "'checkout-hello'", "{ type: 'checkout-paid' }", "{}"):
            tab.evaluate(f"frame.contentWindow.postMessage({message}, '{here}')")
        hello = "frame.contentWindow.postMessage({ type: 'checkout-hello' }, '%s')"
        tab.evaluate(hello % here)
        first = heard(tab, "checkout-opened")
        assert len(first) == 1


def test_a_site_that_is_not_allowed_shows_no_page(tab: Page) -> None:
    with embedded(desk_for("pay_memo"), is_allowed=False) as (there, _):
        refused: list[str] = []
        tab.on("console", lambda message: refused.append(message.text))
        tab.goto(there)
        assert tab.frames[1].query_selector("#heading") is None
        assert any("frame-ancestors" in text for text in refused)
        assert tab.evaluate("heard") == []


def test_a_page_by_itself_tells_no_origins(tab: Page) -> None:
    with serving(make_app(desk_for("pay_memo")), _PATH) as url:
        tab.goto(url)
        assert tab.get_attribute("body", "data-frame-origins") is None
        assert tab.get_attribute("#main", "data-checkout") is None
