"""A gallery for the eye: every state of the page, in a real browser.

Run it with ``python tests/web/gallery.py [case …]``: pictures for phone and desktop,
light and dark, go to ``.test-results/screenshots``; axe looks at each page.
"""

# ruff: noqa: T201
from __future__ import annotations

import sys
import threading
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from checkout_kit.web.blueprint import create_blueprint  # noqa: E402
from checkout_kit.web.brand import Brand  # noqa: E402
from checkout_kit.web.settings import PageSettings  # noqa: E402
from tests.support.accessibility import find_violations  # noqa: E402
from tests.web.fake_desk import CASES, NOW, TOKEN, desk_for  # noqa: E402
from tests.web.fake_storefront import FakeStorefront  # noqa: E402

FOLDER = ROOT / ".test-results" / "screenshots"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZES = {"phone": (390, 844), "desktop": (1280, 900)}


def make_app(case: str) -> Flask:
    """An app whose only checkout is in the named case."""
    app = Flask(case)
    app.config["SECRET_KEY"] = "gallery"
    settings = PageSettings(
        public_url="https://shop.example",
        brand=Brand.from_config(
            {"name": "Northwind Coffee", "support_url": "mailto:help@shop.example"}
        ),
        clock=lambda: NOW,
    )
    app.register_blueprint(create_blueprint(desk_for(case), FakeStorefront(), settings))
    return app


def visit(browser: Browser, url: str, case: str) -> int:
    """Take a page's pictures and let axe look at it; give the number of findings."""
    findings = 0
    for size, (width, height) in SIZES.items():
        for scheme in ("light", "dark"):
            context = browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme="dark" if scheme == "dark" else "light",
                reduced_motion="reduce",
                device_scale_factor=1,
            )
            page = context.new_page()
            page.on("console", lambda message: print("  console:", message.text))
            page.on("pageerror", lambda error: print("  error:", error))
            page.goto(url)
            path = FOLDER / f"{case}-{size}-{scheme}.png"
            page.screenshot(path=path, full_page=True)
            wide = page.evaluate(
                "document.documentElement.scrollWidth > innerWidth ? 1 : 0"
            )
            if wide:
                print(f"  {case} {size}: wider than the screen")
            for violation in find_violations(page):
                findings += 1
                print(f"  {case} {size} {scheme}: {violation}")
            context.close()
    return findings


def main(cases: list[str]) -> int:
    """Go through the cases; give the number of findings."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    findings = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", headless=True, args=ARGUMENTS
        )
        for case in cases:
            server = make_server("127.0.0.1", 0, make_app(case), threaded=True)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            page = "nobody" if case == "error" else TOKEN
            if case == "cancel":
                page += "/cancel"
            url = f"http://127.0.0.1:{server.server_port}/checkout/{page}"
            findings += visit(browser, url, case)
            server.shutdown()
        browser.close()
    print(f"{len(cases)} cases, {findings} findings")
    return findings


if __name__ == "__main__":
    sys.exit(bool(main(sys.argv[1:] or list(CASES))))
