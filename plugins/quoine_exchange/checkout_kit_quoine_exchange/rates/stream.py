"""The stream: one Pusher connection, made on demand and closed when nobody asks."""

from __future__ import annotations

import contextlib
import logging
import sched
import socket
import threading
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from checkout_kit import Clock
from checkout_kit_quoine_exchange.config import QuoineExchangeSettings
from checkout_kit_quoine_exchange.rates.channels import Channel
from checkout_kit_quoine_exchange.rates.market import Market
from checkout_kit_quoine_exchange.rates.payloads import PayloadError, read_payload

logger = logging.getLogger("checkout_kit_quoine_exchange")

_ESTABLISHED = "pusher:connection_established"
_HEARTBEAT = "pusher:pong"
#: pysher's words for a connection that will not come back by itself.
_LOST = ("disconnected", "failed", "unavailable")
_CLOSE_TIMEOUT = 2.0


class RateStream:
    """Keeps a connection open while rates are asked for; safe for many threads.

    One that broke or was closed is replaced when rates are asked for again, so that
    nothing knocks at Pusher's door while nobody waits.
    """

    def __init__(
        self,
        settings: QuoineExchangeSettings,
        clock: Clock,
        channels: Sequence[Channel],
        market: Market,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._channels = channels
        self._market = market
        self._lock = threading.Lock()
        self._open: _Subscription | None = None
        self._used_at = clock.now()
        #: Why the newest message that could not be read was not.
        self.problem: str | None = None

    def ensure(self) -> None:
        """Have a connection; it may still be on its way when this returns."""
        with self._lock:
            self._used_at = self._clock.now()
            if self._open is None or not self._open.is_alive:
                ended, self._open = self._open, None
                if ended is not None:
                    ended.close()
                self._open = _Subscription(
                    self._settings, self._channels, self._hear, self._is_idle
                )

    @property
    def is_connected(self) -> bool:
        """Whether Pusher has greeted us, for messages to operators."""
        with self._lock:
            return self._open is not None and self._open.is_connected

    def close(self) -> None:
        """Close the connection and end its threads."""
        with self._lock:
            if self._open is not None:
                self._open.close()
            self._open = None

    def _hear(self, channel: Channel, data: Any) -> None:
        """Take a message in; on the connection's thread, so that nothing is raised."""
        try:
            heard = read_payload(channel, data, self._settings.pairs)
        except PayloadError as err:
            problem = f"{channel.name}: {err}"
            if problem != self.problem:
                logger.warning("a rate could not be read: %s", problem)
            self.problem = problem
            return
        self._market.take(channel, heard, self._clock.now())

    def _is_idle(self) -> bool:
        unused = self._clock.now() - self._used_at
        return unused > timedelta(seconds=self._settings.idle_seconds)


class _Subscription:
    """One pysher client with its threads, subscribed to all channels.

    :param hear: gets each message.
    :param is_idle: asked with each message and heartbeat; the connection ends with it.
    """

    def __init__(
        self,
        settings: QuoineExchangeSettings,
        channels: Sequence[Channel],
        hear: Callable[[Channel, Any], None],
        is_idle: Callable[[], bool],
    ) -> None:
        # Only those who ask for rates need it.
        import pysher

        self._channels = channels
        self._hear = hear
        self._is_idle = is_idle
        self._pusher = pysher.Pusher(
            settings.pusher_key,
            cluster=settings.pusher_cluster or "",
            custom_host=settings.pusher_host or "",
            port=settings.pusher_port,
            secure=settings.pusher_secure,
            # At the default it logs every message.
            log_level=logging.CRITICAL,
        )
        _silence("websocket")
        self._timers = _Timers()
        self._socket: socket.socket | None = None
        self._is_over = False
        connection = self._pusher.connection
        connection.timeout_scheduler = self._timers
        # It would connect anew without an end; the stream does, when it is asked.
        connection.disconnect_called = True
        connection.bind(_ESTABLISHED, self._subscribe)
        connection.bind(_HEARTBEAT, self._beat)
        self._pusher.connect()

    @property
    def is_alive(self) -> bool:
        """Whether it is connected or on the way."""
        connection = self._pusher.connection
        return bool(connection.is_alive()) and connection.state not in _LOST

    @property
    def is_connected(self) -> bool:
        """Whether the server has greeted us."""
        return bool(self._pusher.connection.state == "connected")

    def hang_up(self) -> None:
        """End the connection without waiting for its threads."""
        import websocket

        self._timers.stop()
        self._is_over = True
        if self._socket is None:
            # Still on its way: it ends as soon as it is greeted.
            return
        app = self._pusher.connection.socket
        app.keep_running = False
        with contextlib.suppress(OSError, websocket.WebSocketException):
            if app.sock is not None:
                app.sock.send_close()
        # Its thread sleeps on the socket, and does not notice when it is closed.
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End the connection and wait for its threads."""
        self.hang_up()
        connection = self._pusher.connection
        scheduler = connection.timeout_scheduler_thread
        for thread in (connection, scheduler):
            if thread is not None and thread.is_alive():
                thread.join(_CLOSE_TIMEOUT)
        # websocket-client leaves it open once either side has said goodbye.
        if self._socket is not None:
            self._socket.close()

    def _subscribe(self, data: Any) -> None:
        self._socket = self._pusher.connection.socket.sock.sock
        if self._is_over:
            self.hang_up()
            return
        for channel in self._channels:
            subscribed = self._pusher.subscribe(channel.name)
            subscribed.bind(channel.event, self._heard, channel)

    def _heard(self, data: Any, channel: Channel) -> None:
        if self._is_idle():
            self.hang_up()
        else:
            self._hear(channel, data)

    def _beat(self, data: Any) -> None:
        if self._is_idle():
            self.hang_up()


def _silence(name: str) -> None:
    """Keep a library from logging what servers answer, unless the shop wants it."""
    its_logger = logging.getLogger(name)
    if its_logger.level == logging.NOTSET:
        its_logger.setLevel(logging.CRITICAL)


class _Timers(sched.scheduler):
    """pysher's timers, with an end.

    Its own scheduler sleeps for up to 30 s after a connection was closed, in a thread
    that nobody can wake.
    """

    def __init__(self) -> None:
        self._stopped = threading.Event()
        super().__init__(time.time, self._stopped.wait)

    def run(self, blocking: bool = True) -> None:
        """Run what is due until nothing is left, or it is stopped."""
        while not self._stopped.is_set():
            wait = super().run(blocking=False)
            if wait is None:
                return
            # Never for long: a timer that comes first may be added meanwhile.
            self._stopped.wait(min(wait, 1.0))

    def stop(self) -> None:
        """End it."""
        self._stopped.set()
