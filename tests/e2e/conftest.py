"""Fixtures: one demo shop for the session, and a browser of one's own per test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from tests.e2e.buyer import PATIENCE, Buyer
from tests.e2e.demo import Demo, running_demo
from tests.e2e.watch import Watch


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo shop with its simulator, as ``make shop`` runs them."""
    with running_demo(tmp_path_factory.mktemp("demo")) as running:
        yield running


@contextmanager
def browsing(chromium: Browser, demo: Demo, **options: Any) -> Iterator[Buyer]:
    """A buyer with cookies of their own; nothing may go wrong in their pages."""
    context = chromium.new_context(**{"reduced_motion": "reduce", **options})
    try:
        context.set_default_timeout(PATIENCE)
        watch = Watch(context, urlsplit(demo.url).netloc)
        yield Buyer(demo, context.new_page(), watch)
        assert watch.problems == []
    finally:
        context.close()


@pytest.fixture
def new_buyer(chromium: Browser, demo: Demo) -> Iterator[Callable[..., Buyer]]:
    """Makes buyers with a browser context of chosen options."""
    with ExitStack() as open_contexts:
        yield lambda **options: open_contexts.enter_context(
            browsing(chromium, demo, **options)
        )


@pytest.fixture
def buyer(new_buyer: Callable[..., Buyer]) -> Buyer:
    """A buyer with JavaScript at a desk."""
    return new_buyer(viewport={"width": 1280, "height": 900})
