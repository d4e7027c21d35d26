"""A loopback server that answers with whatever bytes a test wants."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

#: Gets the open connection and the raw request; writes the answer itself.
Answerer = Callable[[socket.socket, bytes], None]


class RawServer:
    """Keeps what it received; closes each connection after one answer."""

    def __init__(self, answerer: Answerer) -> None:
        self.requests: list[bytes] = []
        self._answerer = answerer
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []
        self._stopping = threading.Event()
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(connection,))
            thread.start()
            self._threads.append(thread)

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            connection.settimeout(5)
            try:
                request = _read_request(connection)
                if request:
                    self.requests.append(request)
                    self._answerer(connection, request)
            except OSError:
                return

    def stop(self) -> None:
        self._stopping.set()
        # Wakes up the accept; closing alone would not.
        with socket.create_connection(self._socket.getsockname()):
            pass
        self._socket.close()
        for thread in self._threads:
            thread.join(5)


def _read_request(connection: socket.socket) -> bytes:
    request = b""
    while b"\r\n\r\n" not in request:
        data = connection.recv(65536)
        if not data:
            return request
        request += data
    head, _, body = request.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


@contextmanager
def serving(answerer: Answerer) -> Iterator[RawServer]:
    """Run a server for the length of a with block."""
    server = RawServer(answerer)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join(5)


def answer(
    body: bytes = b"{}", status: str = "200 OK", headers: str = "", close: bool = True
) -> Answerer:
    """Make an answerer for a plain answer."""

    def write(connection: socket.socket, request: bytes) -> None:
        connection.sendall(
            f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}"
            f"{'Connection: close' if close else 'X-A: b'}\r\n\r\n".encode()
            + body
        )

    return write


def in_turn(*answerers: Answerer) -> Answerer:
    """Use one answerer per request; the last one for all further requests."""
    waiting = list(answerers)

    def write(connection: socket.socket, request: bytes) -> None:
        turn = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        turn(connection, request)

    return write


def packed(body: bytes, encoding: str = "gzip") -> Answerer:
    """Make an answerer for a body that is said to be packed."""
    return answer(body, headers=f"Content-Encoding: {encoding}\r\n")
