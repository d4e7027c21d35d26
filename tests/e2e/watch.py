"""The watch: what goes wrong in a browser's pages, however small."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

from tests.support.accessibility import find_violations

#: Chromium tells of refused resources on the console; this names the rule as well.
_TELL_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) => {
  console.error(`CSP ${event.violatedDirective} refused ${event.blockedURI}`);
});
"""
_IS_TOO_WIDE = "document.documentElement.scrollWidth > innerWidth"


class Watch:
    """Collects problems of a context's pages: scripts, policy, other hosts.

    A page that answers with an error status is one too, unless it is expected.
    """

    def __init__(self, context: BrowserContext, host: str) -> None:
        self.problems: list[str] = []
        self.expected_statuses: set[int] = set()
        self._host = host
        context.add_init_script(_TELL_VIOLATIONS)
        context.on("request", self._note_request)
        context.on("console", self._note_message)
        context.on("weberror", lambda error: self.problems.append(str(error.error)))
        context.on("dialog", lambda dialog: self.problems.append(dialog.message))

    def _note_request(self, request: Request) -> None:
        if urlsplit(request.url).netloc != self._host:
            self.problems.append(f"asked another host: {request.url}")

    def _note_message(self, message: ConsoleMessage) -> None:
        text = message.text
        expected = any(f"status of {s} " in text for s in self.expected_statuses)
        if not expected:
            self.problems.append(f"{message.type}: {text}")


def find_faults(page: Page, *, rules: list[str] | None = None) -> list[str]:
    """Let axe look at a page; it must not be wider than the screen either."""
    faults = find_violations(page, rules=rules)
    if page.evaluate(_IS_TOO_WIDE):
        faults.append("wider than the screen")
    return faults
