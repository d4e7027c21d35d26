"""Loopback: real HTTP on this machine alone, for simulators and their webhooks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from types import TracebackType
from typing import TYPE_CHECKING
from urllib.parse import unquote

from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from checkout_kit import WebhookRequest

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_HOST = "127.0.0.1"


class LoopbackServer:
    """Serves a WSGI app on a free loopback port, in threads of its own.

    Use it as a context manager, or call :meth:`close`.

    :param tls: serve HTTPS, with a certificate that nobody has reason to trust.
    """

    def __init__(self, app: WSGIApplication, *, tls: bool = False) -> None:
        self.app = app
        self._scheme = "https" if tls else "http"
        self._server = make_server(
            _HOST, 0, app, threaded=True, ssl_context="adhoc" if tls else None
        )
        # Requests under way don't hold a test up that is over.
        self._server.daemon_threads = True  # type: ignore[attr-defined]
        self._thread = threading.Thread(
            target=self._server.serve_forever,
            kwargs={"poll_interval": 0.02},
            daemon=True,
        )
        self._thread.start()

    @property
    def url(self) -> str:
        """The server's address, without a trailing slash."""
        return f"{self._scheme}://{_HOST}:{self._server.server_port}"

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def __enter__(self) -> LoopbackServer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class WebhookRecorder:
    """A WSGI app that keeps every webhook of one provider and answers 200.

    Its server's address is the ``public_url`` of the provider under test.
    """

    def __init__(self, provider: str) -> None:
        self._marker = f"/{provider}"
        self._lock = threading.Condition()
        self._requests: list[WebhookRequest] = []

    @property
    def requests(self) -> Sequence[WebhookRequest]:
        """What came in so far, oldest first."""
        with self._lock:
            return list(self._requests)

    def wait_for(self, number: int, seconds: float = 2.0) -> Sequence[WebhookRequest]:
        """Wait until so many have come in, and return all."""
        with self._lock:
            self._lock.wait_for(lambda: len(self._requests) >= number, seconds)
            return list(self._requests)

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        request = Request(environ)
        body = request.get_data()
        _, _, rest = request.path.partition(self._marker)
        received = WebhookRequest(
            method=request.method,
            path=unquote(rest).lstrip("/"),
            headers={name.lower(): value for name, value in request.headers.items()},
            body=body,
            remote_address=request.remote_addr,
        )
        with self._lock:
            self._requests.append(received)
            self._lock.notify_all()
        answer: Callable[..., Iterable[bytes]] = Response("", 200)
        return answer(environ, start_response)
