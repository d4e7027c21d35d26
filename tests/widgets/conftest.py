"""Fixtures: the two sites, and tabs in which nothing may go wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from checkout_kit.web import status, views_page
from tests.e2e.buyer import PATIENCE
from tests.support.pages import listen
from tests.widgets.stage import Stage, staged

#: Kept by every page that a tab opens: the widgets' events, in order.
_HEAR = """
window.heard = [];
for (const name of ["opened", "paid", "cancelled", "expired", "changed", "closed"]) {
  addEventListener(`checkout-${name}`, ({type, detail, target}) => {
    heard.push({type, tag: target.localName, ...detail});
  });
}
"""


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """A shop with a checkout that is to be paid in Lumens, and a blog."""
    # Whoever waits asks five times a second, so that the tests need not wait for it.
    for module in (status, views_page):
        monkeypatch.setattr(module, "POLL_WAITING", 0.2)
    with staged() as made:
        yield made


@pytest.fixture
def new_tab(chromium: Browser, stage: Stage) -> Iterator[Callable[..., Page]]:
    """Makes tabs of chosen options; nothing may fail, or reach any other host.

    ``expects`` are words of what the browser's console may tell of nevertheless.
    """
    with ExitStack() as stack:
        problems: list[str] = []

        def make(expects: tuple[str, ...] = (), **options: Any) -> Page:
            context = chromium.new_context(**{"reduced_motion": "reduce", **options})
            stack.callback(context.close)
            context.set_default_timeout(PATIENCE)
            page = context.new_page()
            page.add_init_script(_HEAR)
            page_problems = listen(page)
            own = {urlsplit(stage.shop).netloc, urlsplit(stage.blog).netloc}

            def watch(url: str) -> None:
                if urlsplit(url).netloc not in own:
                    problems.append(f"asked {url}")

            page.on("request", lambda request: watch(request.url))

            def judge() -> None:
                problems.extend(
                    problem
                    for problem in page_problems
                    if not any(words in problem for words in expects)
                )

            stack.callback(judge)
            return page

        yield make
    assert problems == []


@pytest.fixture
def tab(new_tab: Callable[..., Page]) -> Page:
    """A tab at a desk."""
    return new_tab(viewport={"width": 1280, "height": 800})
