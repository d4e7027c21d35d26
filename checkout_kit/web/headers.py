"""The HTTP headers of everything that this blueprint answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from flask import Response

_POLICY = (
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "frame-ancestors {ancestors}",
    "form-action 'self'",
)
_OTHERS = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "X-Robots-Tag": "noindex, nofollow",
}
NO_STORE = "no-store"
FOR_EVER = "public, max-age=31536000, immutable"


def strict_headers(frame_ancestors: Sequence[str] = ()) -> Mapping[str, str]:
    """The headers of every answer.

    :param frame_ancestors: the origins whose pages may show ours in a frame.
    """
    headers = {
        "Content-Security-Policy": "; ".join(_POLICY).format(
            ancestors=" ".join(frame_ancestors) or "'none'"
        ),
        **_OTHERS,
    }
    # The older header knows no list of origins: where there is one it must be silent.
    if not frame_ancestors:
        headers["X-Frame-Options"] = "DENY"
    elif set(frame_ancestors) == {"'self'"}:
        headers["X-Frame-Options"] = "SAMEORIGIN"
    return headers


_NEVER_FRAMED = strict_headers()


def set_headers(
    response: Response, strict: Mapping[str, str] = _NEVER_FRAMED
) -> Response:
    """Give a response the strict headers; it is not stored unless it is for ever.

    What was not modified (304) has no body for them to guard (RFC 9110, 15.4.5).
    """
    headers = response.headers
    if response.status_code != HTTPStatus.NOT_MODIFIED:
        for name, value in strict.items():
            # Our views set none of these: looking for each one first would cost.
            headers.add(name, value)
    if headers.get("Cache-Control") != FOR_EVER:
        headers["Cache-Control"] = NO_STORE
    return response
