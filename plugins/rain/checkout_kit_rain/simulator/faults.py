"""Outages on order: a WSGI layer in front of the API that breaks planned requests."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .errors import bad_request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

API_PREFIX = "/api/1"
_FAULT_LIMIT = 100
_SLOW_LIMIT = 120.0

_BEFORE = {
    "500": ("500 Internal Server Error", 3500, "Service unavailable"),
    "429": ("429 Too Many Requests", 3429, "Too many requests"),
    "401": ("401 Unauthorized", 3001, "Not authenticated"),
}
#: Which modes let the request act before they break its answer.
MODES_THAT_ACT = ("slow", "late", "malformed", "truncated", "drop")
MODES = (*_BEFORE, "html", *MODES_THAT_ACT)


@dataclass(slots=True)
class Fault:
    """A planned fault: its mode, how often it still happens and to which requests.

    `path` is the beginning of the path after /api/1, `method` a method; left empty
    they fit every request.
    """

    mode: str
    times: int
    path: str = ""
    method: str = ""
    seconds: float = 2.0

    def fits(self, path: str, method: str) -> bool:
        """Tell whether it breaks such a request."""
        return path.startswith(self.path) and self.method in ("", method)

    def to_json(self) -> dict[str, Any]:
        """Return it as the control API shows it."""
        return {
            "mode": self.mode,
            "times": self.times,
            "path": self.path,
            "method": self.method,
            "seconds": self.seconds,
        }


class FaultPlan:
    """The faults to come, first in first out for each request that they fit."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Plan a fault.

        :raises SimulatorError: when mode, times or seconds is out of range.
        """
        if fault.mode not in MODES:
            raise bad_request(f"mode: must be one of {', '.join(MODES)}.")
        if not 0 < fault.times <= 1_000_000:
            raise bad_request("times: must be a positive number.")
        if not 0 <= fault.seconds <= _SLOW_LIMIT:
            raise bad_request(f"seconds: must be from 0 to {_SLOW_LIMIT:g}.")
        with self._lock:
            if len(self._faults) >= _FAULT_LIMIT:
                raise bad_request("Too many faults are planned.")
            self._faults.append(fault)

    def take(self, path: str, method: str) -> Fault | None:
        """Return the fault of this request, if one is planned, and count it down."""
        with self._lock:
            for fault in self._faults:
                if fault.fits(path, method):
                    fault.times -= 1
                    if not fault.times:
                        self._faults.remove(fault)
                    return fault
        return None

    def clear(self) -> None:
        """Forget all planned faults."""
        with self._lock:
            self._faults.clear()

    def to_json(self) -> list[dict[str, Any]]:
        """Return the planned faults."""
        with self._lock:
            return [fault.to_json() for fault in self._faults]


class FaultLayer:
    """The WSGI application around the simulator's; only the API's paths can break."""

    def __init__(self, application: WSGIApplication, plan: FaultPlan) -> None:
        self._application = application
        self._plan = plan

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        path = str(environ.get("PATH_INFO", ""))
        fault = None
        if path.startswith(API_PREFIX + "/"):
            endpoint = path[len(API_PREFIX) :]
            fault = self._plan.take(endpoint, str(environ["REQUEST_METHOD"]))
        if fault is None:
            return self._application(environ, start_response)
        if fault.mode == "slow":
            time.sleep(fault.seconds)
            return self._application(environ, start_response)
        if fault.mode in _BEFORE or fault.mode == "html":
            return _refuse(fault, start_response)
        return self._break_answer(fault, environ, start_response)

    def _break_answer(
        self, fault: Fault, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Let the request act, then spoil its answer."""
        status, headers, body = _run(self._application, environ)
        if fault.mode == "late":
            time.sleep(fault.seconds)
        elif fault.mode == "drop":
            _close_connection(environ)
            body = b""
        elif fault.mode == "truncated":
            # Content-Length stays that of the whole answer.
            body = body[: len(body) // 2]
        elif fault.mode == "malformed":
            body = body.rstrip()[:-1] + b",]"
            headers = [h for h in headers if h[0].lower() != "content-length"]
            headers.append(("Content-Length", str(len(body))))
        start_response(status, headers)
        return [body]


def _refuse(fault: Fault, start_response: StartResponse) -> Iterable[bytes]:
    """Answer in the API's stead, as a broken service or a proxy before it does."""
    if fault.mode == "html":
        body = b"<!doctype html><title>One moment</title><p>Checking your browser"
        headers = [("Content-Type", "text/html; charset=utf-8")]
        status = "200 OK"
    else:
        status, code, message = _BEFORE[fault.mode]
        body = json.dumps({"code": code, "message": message}).encode()
        headers = [("Content-Type", "application/json")]
        if fault.mode == "429":
            headers.append(("Retry-After", f"{max(1, round(fault.seconds))}"))
    headers.append(("Content-Length", str(len(body))))
    start_response(status, headers)
    return [body]


def _run(
    application: WSGIApplication, environ: WSGIEnvironment
) -> tuple[str, list[tuple[str, str]], bytes]:
    """Return status, headers and whole body of the application's answer."""
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start(
        status: str, headers: list[tuple[str, str]], exc_info: Any = None
    ) -> Callable[[bytes], object]:
        started.append((status, headers))
        return lambda _: None

    answer = application(environ, start)
    try:
        body = b"".join(answer)
    finally:
        close = getattr(answer, "close", None)
        if close is not None:
            close()
    status, headers = started[-1]
    return status, list(headers), body


def _close_connection(environ: WSGIEnvironment) -> None:
    """Cut the connection under the server, whose write then fails quietly.

    :raises ConnectionAbortedError: when there is no socket, as in a test client.
    """
    connection = environ.get("werkzeug.socket") or environ.get("gunicorn.socket")
    if not isinstance(connection, socket.socket):
        raise ConnectionAbortedError("the connection was dropped on order")
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        # The client has gone already, which is what was wanted.
        return
