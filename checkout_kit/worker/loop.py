"""The loop: due work again and again, in three threads, until it is stopped."""

from __future__ import annotations

import logging
import os
import secrets
import threading
from collections.abc import Callable

from checkout_kit.worker.due import DueReport, DueWork

logger = logging.getLogger("checkout_kit.worker")

#: Seconds between two looks for due work.
INTERVAL = 1.0
#: A worker that is silent for so long is taken to be gone, in seconds.
LEASE_SECONDS = 5


class WorkerLoop:
    """Runs due work once a second; belongs to one process.

    :param lease: takes or prolongs the lease of that name for the given token; it only
        saves work, two workers at once do no harm.
    """

    def __init__(
        self, work: DueWork, lease: Callable[[str, str, int], bool] | None = None
    ) -> None:
        self._work = work
        self._lease = lease
        self._guard = threading.Lock()
        self._pid = 0
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def ensure_started(self) -> None:
        """Start the threads of this process, unless they run."""
        if self._pid == os.getpid():
            return
        with self._guard:
            if self._pid == os.getpid():
                return
            self._stop = threading.Event()
            self._threads = [
                threading.Thread(
                    target=self._run,
                    args=(name, pass_, self._stop),
                    name=f"checkout-kit-worker-{name}",
                    daemon=True,
                )
                for name, pass_ in (
                    ("provider", self._work.run_provider_work),
                    ("local", self._work.run_local_work),
                    ("outgoing", self._work.run_outgoing_work),
                )
            ]
            self._pid = os.getpid()
            for thread in self._threads:
                thread.start()

    def stop(self, timeout: float = 5.0) -> None:
        """End the threads after what they are at."""
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout)
        self._work.lanes.stop(timeout)
        self._threads, self._pid = [], 0

    def _run(
        self, name: str, pass_: Callable[[], DueReport], stop: threading.Event
    ) -> None:
        token = secrets.token_hex(16)
        while not stop.is_set():
            try:
                if self._lease is None or self._lease(name, token, LEASE_SECONDS):
                    while pass_() and not stop.is_set():
                        pass
            # The database may be away for a while; the worker outlives that.
            except Exception:
                logger.exception("the worker's pass failed; it goes on")
            stop.wait(INTERVAL)
