"""Who calls: the bearer of a token, or a platform by its JWT."""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

from flask import Blueprint, Response, g, jsonify, request

from .errors import ApiError, not_found, refused, refused_as_error, unauthenticated
from .people import Platform, User
from .sessions import AccessToken
from .tables import Table
from .tokens import TokenError, TokenExpired, read_token
from .wiring import API_PREFIX, simulator


class _Owned(Protocol):
    id: str
    user_id: str


OwnedT = TypeVar("OwnedT", bound=_Owned)

_INACTIVE = "Your account is inactive."


def make_blueprint(name: str, prefix: str = "") -> Blueprint:
    """Make the blueprint of a chapter of the document."""
    made = Blueprint(
        f"cryptocoin_pro_{name}", __name__, url_prefix=f"{API_PREFIX}{prefix}"
    )
    made.before_request(_begin)
    return made


def make_user_blueprint(name: str) -> Blueprint:
    """Make the blueprint of a chapter whose endpoints are a user's: `/user/{user}`."""
    made = make_blueprint(name, "/user/<user>")
    made.before_request(check_user)
    return made


def _begin() -> None:
    """Let time do its work before anything is looked at."""
    simulator().work()


def check_user() -> None:
    """Refuse those who have no token, or come for somebody else.

    :raises ApiError: 401, 409 for the resources of others, 403 for the inactive.
    """
    user = read_bearer()
    path_user = (request.view_args or {}).pop("user", None)
    if path_user is not None and path_user.lower() != user.id:
        status = int(simulator().settings.unauthorized)
        raise refused(status, "This action is unauthorized.")
    if not user.is_active:
        # "error" in one place of the document, "message" in all others.
        is_quote = request.endpoint == "cryptocoin_pro_quotes.create_quote"
        raise reason(403, _INACTIVE, as_error=is_quote)


def read_bearer() -> User:
    """Return the user of the request's bearer token, and remember both.

    :raises ApiError: when there is no good token.
    """
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise unauthenticated()
    books = simulator().books
    with books.lock:
        g.token = books.sessions.use(value.strip(), books.clock.now())
        g.user = books.users.get(g.token.user_id)
    return current_user()


def current_user() -> User:
    """Return who is logged in."""
    found = g.user
    assert isinstance(found, User)  # noqa: S101
    return found


def current_token() -> AccessToken:
    """Return the token by which he is."""
    found = g.token
    assert isinstance(found, AccessToken)  # noqa: S101
    return found


def find_own(table: Table[OwnedT], record_id: str) -> OwnedT:
    """Return a record of whom is logged in.

    :raises ApiError: when there is none, or it is somebody else's.
    """
    found = table.get(record_id)
    if found.user_id != current_user().id:
        raise not_found()
    return found


def list_own(table: Table[OwnedT]) -> list[OwnedT]:
    """List the records of whom is logged in."""
    return [record for record in table if record.user_id == current_user().id]


def read_platform(platform_id: str) -> Platform:
    """Return the platform that a call's JWT is of.

    :raises ApiError: when there is no token, or a wrong one, or it is over.
    """
    token = request.headers.get("token", "")
    if not token:
        raise unauthenticated()
    parts = simulator()
    platform = parts.books.platforms.find(platform_id)
    if platform is None:
        raise refused(401, "JWT payload invalid.")
    try:
        payload = read_token(token, platform.public_key, parts.clock.real())
    except TokenExpired:
        raise refused(401, "JWT is expired.") from None
    except TokenError:
        raise refused(401, "JWT payload invalid.") from None
    if str(payload.get("platform", "")).lower() != platform.id:
        raise refused(401, "JWT payload invalid.")
    return platform


def reason(status: int, text: str, *, as_error: bool = False) -> ApiError:
    """Make a refusal whose key the document is not of one mind about."""
    switch = simulator().settings.reason_key
    if switch != "as_documented":
        as_error = switch == "error"
    return (refused_as_error if as_error else refused)(status, text)


def answer(data: Any, status: int = 200, **more: Any) -> tuple[Response, int]:
    """Answer in the envelope `data`."""
    return jsonify(data=data, **more), status


def answer_message(text: str) -> Response:
    """Answer with a message alone, as deletions and proofs do."""
    return jsonify(message=text)
