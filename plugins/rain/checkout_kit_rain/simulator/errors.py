"""The errors that the simulator answers, in the document's `{"code", "message"}`."""

from __future__ import annotations


class SimulatorError(Exception):
    """Raised when a request is refused; carries HTTP status, code and message.

    The document names the codes 3005 and 3016; all others are made up.
    """

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


def bad_request(message: str) -> SimulatorError:
    """400: malformed, incomplete or not possible now."""
    return SimulatorError(400, 3000, message)


def username_exists() -> SimulatorError:
    """The document's example of a bad request."""
    return SimulatorError(400, 3005, "Username already exists")


def unauthorized() -> SimulatorError:
    """401: no token, or one that is not valid (any more)."""
    return SimulatorError(401, 3001, "Not authenticated")


def forbidden(message: str) -> SimulatorError:
    """403: for administrators only."""
    return SimulatorError(403, 3003, message)


def account_not_found() -> SimulatorError:
    """The document's example of a resource that is not there."""
    return SimulatorError(404, 3016, "Account not found")


def not_found(what: str) -> SimulatorError:
    """404 for everything else."""
    return SimulatorError(404, 3017, f"{what} not found")
