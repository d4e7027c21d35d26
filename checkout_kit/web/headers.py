"""The HTTP headers of everything that this blueprint answers."""

from __future__ import annotations

from flask import Response

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    )
)
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "X-Robots-Tag": "noindex, nofollow",
}
NO_STORE = "no-store"
FOR_EVER = "public, max-age=31536000, immutable"


def set_headers(response: Response) -> Response:
    """Give a response the strict headers; it is not stored unless it is for ever."""
    headers = response.headers
    for name, value in _HEADERS.items():
        # Our views set none of these: looking for each one first is what would cost.
        headers.add(name, value)
    if headers.get("Cache-Control") != FOR_EVER:
        headers["Cache-Control"] = NO_STORE
    return response
