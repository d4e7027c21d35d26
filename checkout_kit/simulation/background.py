"""Work that a simulator does by itself, such as sending webhooks."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from flask import Flask, request

_SCAN_SECONDS = 0.2
_STOP_SECONDS = 8

_log = logging.getLogger(__name__)


class Background:
    """Does due work five times a second, on a daemon thread once it is started."""

    def __init__(self, name: str, work: Callable[[], object]) -> None:
        self._name = name
        self._work = work
        self._lock = threading.Lock()
        self._end = threading.Event()
        self._thread: threading.Thread | None = None
        self._is_wanted = True

    def start(self) -> None:
        """Start the thread; a second call does nothing."""
        with self._lock:
            self._is_wanted = True
            if self._thread is not None and self._thread.is_alive():
                return
            self._end.clear()
            self._thread = threading.Thread(
                target=self._run, name=self._name, daemon=True
            )
            self._thread.start()

    def stop(self) -> None:
        """End the thread and wait until what it does at present is over."""
        with self._lock:
            self._is_wanted = False
            thread, self._thread = self._thread, None
        self._end.set()
        if thread is not None:
            thread.join(timeout=_STOP_SECONDS)

    def start_when_served(self, app: Flask) -> None:
        """Start with the first request that a real server brings to `app`.

        Only servers set SERVER_SOFTWARE; Flask's test client doesn't, so tests have no
        thread unless they ask for one. Neither has an app whose `SIMULATOR_THREADS` is
        off, nor one that was stopped: requests may still be under way then.
        """

        def begin() -> None:
            is_served = "SERVER_SOFTWARE" in request.environ
            if is_served and self._is_wanted and app.config["SIMULATOR_THREADS"]:
                self.start()

        app.before_request(begin)

    def _run(self) -> None:
        while not self._end.wait(_SCAN_SECONDS):
            try:
                self._work()
            except Exception:
                # The thread must outlive any single piece of work.
                _log.exception("%s failed unexpectedly", self._name)
