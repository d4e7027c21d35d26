"""Pusher's protocol over real WebSockets: greeting, subscriptions, pings, errors.

Written from the "Pusher Channels Protocol" page of Pusher's documentation.
"""

from __future__ import annotations

import functools
import json
import secrets
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from flask import Response, request

if TYPE_CHECKING:
    from simple_websocket import Server

# What clients say in `protocol`; anything older or newer is refused (code 4007).
_PROTOCOLS = ("5", "6", "7")
_ACTIVITY_TIMEOUT = 120
_UNKNOWN_APP, _OLD_PROTOCOL, _UNAUTHORIZED = 4001, 4007, 4009
_MAX_MESSAGE = 10 * 1024


class PusherHub:
    """All connections, with what each has subscribed to."""

    def __init__(
        self,
        key: str,
        greetings: Callable[[str], list[tuple[str, object]]],
        tick_seconds: float | None = None,
    ) -> None:
        """Make the hub.

        :param greetings: what a new subscriber of a channel hears: event and data.
        :param tick_seconds: how often it hears that again; None for never.
        """
        self._key = key
        self._greetings = greetings
        self._tick_seconds = tick_seconds
        self._lock = threading.Lock()
        self._connections: set[_Connection] = set()
        self.is_paused = False

    def serve(self, key: str) -> Response:
        """Speak with the client of the present request until one hangs up."""
        from simple_websocket import ConnectionClosed, Server

        socket = Server.accept(
            request.environ,
            # Or a connection would keep a program alive that wants to end.
            thread_class=functools.partial(threading.Thread, daemon=True),
            max_message_size=_MAX_MESSAGE,
        )
        connection = _Connection(socket)
        problem = self._problem_with(key, request.args.get("protocol", ""))
        try:
            if problem is not None:
                connection.refuse(*problem)
                return _Nothing()
            connection.greet()
            with self._lock:
                self._connections.add(connection)
            while True:
                text = socket.receive(timeout=self._tick_seconds)
                if text is None:
                    # The client was silent for so long.
                    self._tell(connection, *connection.channels)
                else:
                    self._answer(connection, text)
        except ConnectionClosed:
            # Whoever hangs up says no goodbye.
            return _Nothing()
        finally:
            with self._lock:
                self._connections.discard(connection)
        return _Nothing()

    def publish(self, channel: str, event: str, data: Any) -> int:
        """Tell the subscribers of a channel.

        :return: how many there were.
        """
        with self._lock:
            hearing = [c for c in self._connections if channel in c.channels]
        if self.is_paused:
            return 0
        return sum(c.send(event, data, channel) for c in hearing)

    def disconnect_all(self, code: int | None = None) -> int:
        """Hang up on everybody, with an error of Pusher's if one is given.

        :return: how many there were.
        """
        with self._lock:
            connections = list(self._connections)
        for connection in connections:
            if code is not None:
                connection.send("pusher:error", {"code": code, "message": "by order"})
            connection.hang_up(code)
        return len(connections)

    def channels(self) -> list[list[str]]:
        """Show the channels of each connection."""
        with self._lock:
            return [sorted(connection.channels) for connection in self._connections]

    def _problem_with(self, key: str, protocol: str) -> tuple[int, str] | None:
        if key != self._key:
            return _UNKNOWN_APP, "Application does not exist"
        if protocol not in _PROTOCOLS:
            return _OLD_PROTOCOL, "Unsupported protocol version"
        return None

    def _answer(self, connection: _Connection, text: str | bytes) -> None:
        try:
            message = json.loads(text)
            event, data = message["event"], message.get("data")
        except (ValueError, TypeError, KeyError, AttributeError):
            connection.send("pusher:error", {"code": None, "message": "Not an event"})
            return
        if event == "pusher:ping":
            connection.send("pusher:pong", {})
        elif event == "pusher:subscribe":
            self._subscribe(connection, _channel_in(data))
        elif event == "pusher:unsubscribe":
            connection.channels.discard(_channel_in(data))

    def _subscribe(self, connection: _Connection, channel: str) -> None:
        if channel.startswith(("private-", "presence-")) or not channel:
            connection.send(
                "pusher:error",
                {"code": _UNAUTHORIZED, "message": "Connection is unauthorized"},
            )
            return
        connection.send("pusher_internal:subscription_succeeded", {}, channel)
        with self._lock:
            connection.channels.add(channel)
        self._tell(connection, channel)

    def _tell(self, connection: _Connection, *channels: str) -> None:
        """Tell what these channels would say now."""
        if self.is_paused:
            return
        for channel in channels:
            for event, data in self._greetings(channel):
                connection.send(event, data, channel)


class _Connection:
    """One client; what is sent to it comes from many threads."""

    def __init__(self, socket: Server) -> None:
        self._socket = socket
        self._lock = threading.Lock()
        self.channels: set[str] = set()

    def greet(self) -> None:
        """Tell the client its socket id."""
        socket_id = f"{secrets.randbelow(10**6)}.{secrets.randbelow(10**6)}"
        self.send(
            "pusher:connection_established",
            {"socket_id": socket_id, "activity_timeout": _ACTIVITY_TIMEOUT},
        )

    def refuse(self, code: int, message: str) -> None:
        """Say why, and hang up."""
        self.send("pusher:error", {"code": code, "message": message})
        self.hang_up(code)

    def send(self, event: str, data: Any, channel: str | None = None) -> bool:
        """Send an event; its data is JSON inside JSON, but for errors.

        :return: whether the client was there.
        """
        is_error = event == "pusher:error"
        message: dict[str, Any] = {
            "event": event,
            "data": data if is_error or isinstance(data, str) else json.dumps(data),
        }
        if channel is not None:
            message["channel"] = channel
        return self._do(lambda: self._socket.send(json.dumps(message)))

    def hang_up(self, code: int | None = None) -> bool:
        """Close the connection."""
        return self._do(lambda: self._socket.close(code))

    def _do(self, work: Callable[[], object]) -> bool:
        from simple_websocket import ConnectionClosed

        with self._lock:
            try:
                work()
            except (ConnectionClosed, OSError):
                return False
        return True


class _Nothing(Response):
    """The end of a request whose connection was a WebSocket: nothing more is sent."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        # Servers take it for a client that went away, which is what has happened.
        raise ConnectionAbortedError("the WebSocket is closed")


def _channel_in(data: Any) -> str:
    channel = data.get("channel") if isinstance(data, Mapping) else None
    return channel if isinstance(channel, str) and len(channel) <= 164 else ""
