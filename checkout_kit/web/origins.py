"""Origins: which pages of others may embed ours, ask it, and send it forms."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Response, request
from werkzeug.exceptions import Forbidden

from checkout_kit.web.settings import PageSettings

#: How long a browser may keep the answer to its question, in seconds.
_KEPT = "600"
# What scripts of other origins may ask for; all of it goes by a token or a signature.
_SHARED = frozenset({"offer", "link", "campaign", "status"})


class Origins:
    """The shop's own origin, and those of ``CHECKOUT_KIT_FRAME_ANCESTORS``."""

    def __init__(self, settings: PageSettings) -> None:
        self._others = frozenset(settings.frame_ancestors) - {"'self'"}
        self._own = origin_of(settings.public_url)

    def check(self) -> None:
        """Refuse what a page of an unknown origin sends.

        Nobody is logged in here, so that a forged form could only open a checkout that
        anyone may open. It is refused all the same: its sender has no business here.

        :raises Forbidden: if the browser names an origin that is not allowed.
        """
        origin = request.headers.get("Origin")
        if origin is None or origin in self._known():
            return
        # A page with a strict referrer policy, such as ours, names no origin.
        fetch_site = request.headers.get("Sec-Fetch-Site", "same-origin")
        if origin == "null" and fetch_site in ("same-origin", "none"):
            return
        raise Forbidden

    def share(self, response: Response) -> Response:
        """Let scripts of the allowed origins read an answer; never with credentials."""
        if (request.endpoint or "").rpartition(".")[2] not in _SHARED:
            return response
        headers = response.headers
        headers.add("Vary", "Origin")
        origin = request.headers.get("Origin")
        if origin in self._others:
            headers["Access-Control-Allow-Origin"] = origin
            headers["Access-Control-Expose-Headers"] = "ETag, Retry-After"
        return response

    def answer_preflight(self, **_: str) -> Response:
        """Answer a browser that asks whether a script's request is welcome."""
        response = Response(status=204)
        if request.headers.get("Origin") in self._others:
            response.headers["Access-Control-Allow-Methods"] = "GET, POST"
            response.headers["Access-Control-Allow-Headers"] = (
                "Content-Type, If-None-Match"
            )
            response.headers["Access-Control-Max-Age"] = _KEPT
        return response

    def _known(self) -> frozenset[str]:
        # The browser sets both: a page of this very host has this very origin.
        return self._others | {self._own, origin_of(request.host_url)}


def origin_of(url: str) -> str:
    """The origin of a web address, as browsers write it."""
    parts = urlsplit(url)
    default = {"http": ":80", "https": ":443"}[parts.scheme]
    return f"{parts.scheme}://{parts.netloc.lower()}".removesuffix(default)
