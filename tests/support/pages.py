"""Pages for browsers: an app served on loopback, and what goes wrong in a page."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from playwright.sync_api import Page
from werkzeug.serving import make_server


@contextmanager
def serving(app: Flask, path: str = "") -> Iterator[str]:
    """Serve an app on a free port; gives the address of one of its pages."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    # It is asked to end at short intervals, for each test starts one.
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{path}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def listen(page: Page) -> list[str]:
    """Collect what goes wrong in a page; a refused resource or script is in it."""
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text))
    page.on("dialog", lambda dialog: problems.append(dialog.message))
    return problems
