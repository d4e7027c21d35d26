"""Security: form tokens, security headers and the one host the shop answers on."""

from __future__ import annotations

import hmac
import secrets
from urllib.parse import urlsplit

from flask import (
    Flask,
    Response,
    abort,
    current_app,
    redirect,
    request,
    session,
)
from werkzeug.wrappers import Response as BaseResponse

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_FIELD = "csrf_token"


def init_app(app: Flask) -> None:
    """Guard the shop's own pages; the kit guards its own."""
    app.before_request(_keep_to_one_host)
    app.before_request(_check_csrf_token)
    app.after_request(_add_headers)
    app.jinja_env.globals["csrf_token"] = csrf_token


def csrf_token() -> str:
    """Return the token that this browser's forms carry."""
    if _FIELD not in session:
        session[_FIELD] = secrets.token_urlsafe(24)
    return str(session[_FIELD])


def buyer_id() -> str:
    """Return who this browser is to the shop; orders are shown to nobody else."""
    if "buyer" not in session:
        session["buyer"] = secrets.token_urlsafe(24)
        session.permanent = True
    return str(session["buyer"])


def _is_shop_request() -> bool:
    return request.blueprint in (None, "shop")


def _keep_to_one_host() -> BaseResponse | None:
    # The way to the checkout page and back crosses no origin this way: cookies stay,
    # and browsers hold a form's redirect to form-action 'self'.
    public = urlsplit(current_app.config["CHECKOUT_KIT_PUBLIC_URL"])
    if not _is_shop_request() or request.host == public.netloc:
        return None
    if request.method not in ("GET", "HEAD"):
        abort(400, "This shop lives at another address.")
    path = request.full_path if request.query_string else request.path
    # The path alone can't lead elsewhere: the host in front of it is ours.
    return redirect(f"{public.scheme}://{public.netloc}{path}", 307)


def _check_csrf_token() -> None:
    if not _is_shop_request() or request.method in ("GET", "HEAD", "OPTIONS"):
        return
    sent = request.form.get(_FIELD, "")
    kept = session.get(_FIELD)
    if not isinstance(kept, str) or not hmac.compare_digest(
        sent.encode(), kept.encode()
    ):
        abort(400, "This form is too old, or not ours. Please go back and reload it.")


def _add_headers(response: Response) -> Response:
    if not _is_shop_request():
        return response
    headers = response.headers
    headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    headers["Referrer-Policy"] = "no-referrer"
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    if request.endpoint != "static":
        headers["Cache-Control"] = "no-store"
    return response
