"""Securities: what happened to an account, its tokens and its password."""

from __future__ import annotations

import secrets

from flask import Response, request

from ..callers import (
    answer,
    answer_message,
    current_token,
    current_user,
    make_user_blueprint,
)
from ..documents.numbers import unix
from ..errors import refused
from ..forms import read_form
from ..wiring import simulator

securities = make_user_blueprint("securities")


@securities.get("/securities")
def list_events() -> tuple[Response, int]:
    """Security Index."""
    with simulator().books.lock:
        found = [
            {
                "code": event.code,
                "name": event.name,
                "by": "User",
                "ip": event.ip,
                "createdAt": unix(event.created_at),
            }
            for event in reversed(current_user().events)
        ]
    return answer(found)


@securities.get("/securities/access")
def list_tokens() -> tuple[Response, int]:
    """Security Access Tokens; they are shown by their beginning alone."""
    books = simulator().books
    with books.lock:
        found = [
            {
                "type": "api",
                "you": token is current_token(),
                "token": token.mask,
                "lastUsedAt": unix(token.last_used_at),
                "createdAt": unix(token.created_at),
            }
            for token in books.sessions.list_of(current_user().id)
        ]
    return answer(found)


@securities.post("/securities/change-password")
def change_password() -> Response:
    """Security Change Password."""
    form, books, user = read_form(), simulator().books, current_user()
    current = form.text("current_password", least=8)
    new = form.text("new_password", least=8)
    form.check()
    with books.lock:
        if user.password is None:
            raise refused(409, "Password cannot be changed.")
        if not secrets.compare_digest(user.password.encode(), current.encode()):
            raise refused(412, "The current password is incorrect.")
        user.password = new
        books.note(user, "password_changed", request.remote_addr)
    return answer_message("Password successfully changed.")


@securities.post("/securities/invalidate/<mask>")
def invalidate_token(mask: str) -> Response:
    """Invalidate Access Token."""
    books = simulator().books
    with books.lock:
        for token in books.sessions.list_of(current_user().id):
            if token.mask == mask:
                books.sessions.close(token)
                break
        else:
            raise refused(403, "This action is unauthorized.")
    return answer_message("This token has been successfully invalidated.")
