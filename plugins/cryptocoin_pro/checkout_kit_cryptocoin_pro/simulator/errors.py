"""The errors that the simulator answers, in the document's five shapes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class ApiError(Exception):
    """Raised when a request is refused; carries its HTTP status and its body."""

    def __init__(self, status: int, body: Mapping[str, Any]) -> None:
        super().__init__(str(body.get("message") or body.get("error") or status))
        self.status = status
        self.body = dict(body)


def unauthenticated() -> ApiError:
    """401 of the bearer token: shape `{"error"}`."""
    return ApiError(401, {"error": "Unauthenticated."})


def refused(status: int, message: str) -> ApiError:
    """Any refusal with a reason: shape `{"message"}`."""
    return ApiError(status, {"message": message})


def refused_as_error(status: int, message: str) -> ApiError:
    """A refusal where the document has `{"error"}` with the same texts."""
    return ApiError(status, {"error": message})


def refused_with_no_fields(status: int, message: str) -> ApiError:
    """A refusal of the log-in and of the rates: `{"message", "errors": {}}`."""
    return ApiError(status, {"message": message, "errors": {}})


def refused_field(status: int, message: str, field: str, reason: str) -> ApiError:
    """The refusal of a JWT: its one error is a plain text, no list."""
    return ApiError(status, {"message": message, "errors": {field: reason}})


def invalid(errors: Mapping[str, list[str]]) -> ApiError:
    """422: `{"message", "errors": {field: [texts]}}`."""
    return invalid_as("The given data was invalid.", 422, errors)


def invalid_as(message: str, status: int, errors: Mapping[str, list[str]]) -> ApiError:
    """Fields that are wrong, under another message and status."""
    return ApiError(status, {"message": message, "errors": dict(errors)})


def not_found() -> ApiError:
    """404 of every resource."""
    return refused(404, "No query results.")


def unable() -> ApiError:
    """403 where no better reason is documented."""
    return refused(403, "Unable to process your request.")
