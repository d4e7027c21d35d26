"""Authentication: by a platform's JWT, by e-mail and password, and its end."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Response, request

from ..callers import answer, current_token, current_user, make_blueprint, read_bearer
from ..errors import (
    ApiError,
    invalid_as,
    refused_field,
    refused_with_no_fields,
)
from ..forms import EMAIL, read_form
from ..people import User
from ..sessions import TTL
from ..tokens import TokenError, TokenExpired, read_token
from ..wiring import simulator

authentication = make_blueprint("authentication")


@authentication.post("/authenticate-jwt/<platform>")
def authenticate_by_platform(platform: str) -> tuple[Response, int]:
    """Log a user in whom a platform names by id or e-mail address."""
    parts = simulator()
    token = request.headers.get("token", "")
    if not token:
        raise refused_with_no_fields(400, "jwt must be provided")
    with parts.books.lock:
        found = parts.books.platform(platform)
        try:
            payload = read_token(token, found.public_key, parts.clock.real())
        except TokenExpired:
            raise refused_field(
                403,
                "No valid data sent",
                "expire",
                "Invalid time in expire. Must be in future!",
            ) from None
        except TokenError:
            raise _no_valid_data() from None
        user = parts.books.user_by_any(str(payload.get("id") or payload.get("email")))
        # A platform speaks for its own users alone.
        if user is None or all(link.platform_id != found.id for link in user.links):
            raise _no_valid_data()
        return answer(_log_in(user))


@authentication.post("/authenticate")
def authenticate() -> tuple[Response, int]:
    """Log a user in by e-mail address and password."""
    form, books = read_form(), simulator().books
    email = form.text("email", pattern=EMAIL)
    password = form.text("password")
    if form.errors:
        raise invalid_as("Validation errors", 400, form.errors)
    with books.lock:
        user = books.user_by_email(email)
        known = (user.password if user else None) or ""
        is_same = secrets.compare_digest(known.encode(), password.encode())
        if user is None or not known or not is_same:
            if user is not None:
                books.note(user, "login_failed", request.remote_addr)
            raise refused_with_no_fields(403, "Wrong password")
        return answer(_log_in(user))


@authentication.post("/user/logout")
def log_out() -> tuple[Response, int]:
    """End the token of the request."""
    read_bearer()
    books = simulator().books
    with books.lock:
        books.sessions.close(current_token())
        books.note(current_user(), "logout_success", request.remote_addr)
    return answer({"logout": True})


def _log_in(user: User) -> dict[str, Any]:
    books = simulator().books
    token = books.sessions.open(user.id, books.clock.now())
    books.note(user, "login_success", request.remote_addr)
    created = token.created_at.isoformat(timespec="milliseconds")
    return {
        "id": token.value,
        "ttl": TTL,
        "created": created.replace("+00:00", "Z"),
        "userId": user.id,
    }


def _no_valid_data() -> ApiError:
    return refused_with_no_fields(403, "No valid data sent")
