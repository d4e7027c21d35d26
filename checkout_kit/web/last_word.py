"""The last word: the headers that a response keeps, whatever the app does to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Response
from werkzeug.datastructures import Headers

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

#: What is decided here alone; a header that we don't set is not to be there at all.
_OURS = frozenset(
    {
        "cache-control",
        "content-security-policy",
        "cross-origin-opener-policy",
        "cross-origin-resource-policy",
        "permissions-policy",
        "referrer-policy",
        "x-content-type-options",
        "x-frame-options",
        "x-robots-tag",
    }
)


class SteadfastResponse(Response):
    """A response that goes out with the headers which the kit decided on.

    The app's own ``after_request`` functions, such as Flask-Talisman's, come after the
    blueprint's: a policy made for the shop's pages would replace the checkout's.
    """

    _decided: tuple[tuple[str, str], ...] = ()

    def decide(self) -> None:
        """Keep the headers as they are now."""
        self._decided = _ours_of(self.headers)

    def get_wsgi_headers(self, environ: WSGIEnvironment) -> Headers:
        """Write the headers, ours as they were decided."""
        headers = super().get_wsgi_headers(environ)
        if _ours_of(headers) == self._decided:
            return headers
        others = [pair for pair in headers if pair[0].lower() not in _OURS]
        return Headers([*others, *self._decided])


def keep_headers(response: Response) -> Response:
    """Keep a response's headers from whatever comes after the blueprint."""
    # It is of that class now, which Werkzeug's annotation does not say.
    kept = cast(SteadfastResponse, SteadfastResponse.force_type(response))
    kept.decide()
    return kept


def _ours_of(headers: Headers) -> tuple[tuple[str, str], ...]:
    return tuple(pair for pair in headers if pair[0].lower() in _OURS)
