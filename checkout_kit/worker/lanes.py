"""Lanes: a thread for each receiver that something is due for, and no more."""

from __future__ import annotations

import logging
import os
import threading
import time

from checkout_kit.services.sending import Sending

logger = logging.getLogger("checkout_kit.worker")

#: The most threads of a process; receivers in trouble get half of them at most, so
#: that slow ones hold up nobody else, however many they are.
MAX_THREADS = 32


class Lanes:
    """Runs the lanes of a process side by side.

    Each lane has one thread while something is due in it.
    """

    def __init__(self, sending: Sending) -> None:
        self._sending = sending
        self._guard = threading.Lock()
        self._pid = os.getpid()
        self._running: dict[str, threading.Thread] = {}
        self._troubled: set[str] = set()
        self._sent = 0
        self._is_stopping = False

    def start_due(self) -> int:
        """Start a thread for each lane with due work that has none yet.

        :return: how many were started.
        """
        started = 0
        for lane in self._sending.due_lanes():
            with self._lock():
                if lane in self._running or not self._has_room(lane):
                    continue
                thread = threading.Thread(
                    target=self._run, args=(lane,), name=f"checkout-kit-{lane}"
                )
                thread.daemon = True
                self._running[lane] = thread
                # Before anybody can see it: who waits may join it at once.
                thread.start()
            started += 1
        return started

    def send_all(self) -> int:
        """Send all that is due now, and wait for it.

        :return: how many deliveries were tried.
        """
        first = before = self._sent
        while self.start_due() or self._running:
            self.wait()
            if self._sent == before:
                break
            before = self._sent
        return self._sent - first

    def wait(self, timeout: float | None = None) -> None:
        """Wait for the lanes that are running, so many seconds at most."""
        until = None if timeout is None else time.monotonic() + timeout
        with self._lock():
            threads = list(self._running.values())
        for thread in threads:
            thread.join(None if until is None else max(0.0, until - time.monotonic()))

    def stop(self, timeout: float) -> None:
        """End the lanes after what they are at."""
        self._is_stopping = True
        self.wait(timeout)
        self._is_stopping = False

    def _run(self, lane: str) -> None:
        try:
            while True:
                tried, has_trouble = self._sending.work_lane(lane)
                with self._lock():
                    self._sent += tried
                    (self._troubled.add if has_trouble else self._troubled.discard)(
                        lane
                    )
                if not tried or has_trouble or self._is_stopping:
                    return
        # The database may be away for a while; what was claimed is claimed anew.
        except Exception:
            logger.exception("sending in %s failed; it goes on", lane)
        finally:
            with self._lock():
                self._running.pop(lane, None)

    def _has_room(self, lane: str) -> bool:
        if len(self._running) >= MAX_THREADS:
            return False
        troubled = sum(other in self._troubled for other in self._running)
        return lane not in self._troubled or troubled < max(1, MAX_THREADS // 2)

    def _lock(self) -> threading.Lock:
        if self._pid != os.getpid():
            # A fork takes no threads along, and maybe a lock that was held.
            self._guard, self._running = threading.Lock(), {}
            self._pid = os.getpid()
        return self._guard
