"""The WSGI layer around a simulator that breaks the requests that are planned to."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from checkout_kit.simulation.faults import STALE_KEY, Fault, FaultPlan
from checkout_kit.simulation.spoiling import SPOILS, with_other_id

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class FaultLayer:
    """The WSGI application around the simulator's; only the API's paths can break."""

    def __init__(self, application: WSGIApplication, plan: FaultPlan) -> None:
        self._application = application
        self._plan = plan

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        path = str(environ.get("PATH_INFO", ""))
        fault = self._plan.take(path, str(environ["REQUEST_METHOD"]))
        if fault is None:
            return self._application(environ, start_response)
        if fault.mode == "stale":
            environ[STALE_KEY] = True
            return self._application(environ, start_response)
        if fault.mode == "slow":
            time.sleep(fault.seconds)
            return self._application(environ, start_response)
        if fault.mode == "html" or fault.mode in self._plan.refusals:
            return self._refuse(fault, start_response)
        return self._break_answer(fault, environ, start_response)

    def _refuse(self, fault: Fault, start_response: StartResponse) -> Iterable[bytes]:
        """Answer in the API's stead, as a broken service or a proxy before it does."""
        if fault.mode == "html":
            body = b"<!doctype html><title>One moment</title><p>Checking your browser"
            headers = [("Content-Type", "text/html; charset=utf-8")]
            status = 200
        else:
            status, message = self._plan.refusals[fault.mode]
            document = self._plan.dialect.to_error(status, message)
            body = json.dumps(document).encode()
            headers = [("Content-Type", "application/json")]
            if status == HTTPStatus.TOO_MANY_REQUESTS:
                headers.append(("Retry-After", f"{max(1, round(fault.seconds))}"))
        headers.append(("Content-Length", str(len(body))))
        start_response(f"{status} {HTTPStatus(status).phrase}", headers)
        return [body]

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
            headers, body = _resized(headers, body.rstrip()[:-1] + b",]")
        elif fault.mode == "other_id":
            headers, body = _resized(headers, with_other_id(body, fault.text))
        elif fault.mode in SPOILS:
            status, headers, body = SPOILS[fault.mode]((status, headers, body))
            headers, body = _resized(headers, body)
        start_response(status, headers)
        return [body]


def _resized(
    headers: list[tuple[str, str]], body: bytes
) -> tuple[list[tuple[str, str]], bytes]:
    """Let Content-Length be that of the body."""
    others = [h for h in headers if h[0].lower() != "content-length"]
    return [*others, ("Content-Length", str(len(body)))], body


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
