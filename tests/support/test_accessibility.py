"""What axe finds is told, and told again; the tests of pages rely on it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.support.accessibility import find_violations

_PAGE = """
<html lang="en"><title>Shop</title><main><h1>Shop</h1><img src="data:,">
<p style="color: #ddd; background: #fff">Pale</p></main></html>
"""


@pytest.mark.browser
def test_what_is_wrong_is_found_at_every_look(chromium: Browser) -> None:
    page = chromium.new_page()
    page.set_content(_PAGE)
    wrong = ["color-contrast: p", "image-alt: img"]
    assert find_violations(page) == find_violations(page) == wrong
    assert find_violations(page, rules=["image-alt"]) == wrong[1:]
    page.evaluate("document.querySelector('p').style.color = '#000'")
    assert find_violations(page) == wrong[1:]
    page.close()
