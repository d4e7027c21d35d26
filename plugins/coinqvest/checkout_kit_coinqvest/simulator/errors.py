"""The errors that the simulator answers, in the document's `errors` form."""

from __future__ import annotations


class SimulatorError(Exception):
    """Raised when a request is refused; carries its HTTP status and reasons.

    The document states no statuses, so the usual ones of HTTP are taken.
    """

    status = 500

    def __init__(self, *reasons: str) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = list(reasons)


class BadRequest(SimulatorError):
    """Raised when the input is not as the document wants it."""

    status = 400


class Unauthorized(SimulatorError):
    """Raised when a request isn't authenticated."""

    status = 401


class NotFound(SimulatorError):
    """Raised when an id is unknown."""

    status = 404


class Conflict(SimulatorError):
    """Raised when a control call does not fit the present state."""

    status = 409
