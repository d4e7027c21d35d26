"""Accessibility: what axe finds wrong in a page."""

from __future__ import annotations

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

_IS_THERE = "'axe' in window"
# What is fine, or was not looked for, is much longer: it stays in the page. Frames of
# other origins can't be looked into; asking them leaves an error in the console.
_FIND = """
(options) => axe.run({resultTypes: ["violations"], iframes: false, ...options}).then(
  (found) => found.violations.flatMap(({id, nodes}) =>
    nodes.map(({target}) => `${id}: ${target.join(" ")}`)))
"""


def find_violations(page: Page, *, rules: list[str] | None = None) -> list[str]:
    """Let axe look at a page as it is shown now.

    :param rules: the ids of the rules to look for; all of them if left out.
    """
    # Loading it takes as long as its look.
    if not page.evaluate(_IS_THERE):
        page.evaluate(AXE_SCRIPT)
    options = {"runOnly": {"type": "rule", "values": rules}} if rules else {}
    found: list[str] = page.evaluate(_FIND, options)
    return found
