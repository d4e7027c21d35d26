"""The errors that the simulator answers, in the document's two shapes."""

from __future__ import annotations

from typing import Any

from .dialect import to_error


class SimulatorError(Exception):
    """Raised when a request is refused; carries its HTTP status and its document."""

    status = 500

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def to_json(self) -> dict[str, Any]:
        """Return the answer's body."""
        return to_error(self.status, self.message)


class BadRequest(SimulatorError):
    """Raised when a request can't be read (400)."""

    status = 400


class NotFound(SimulatorError):
    """Raised when an id is unknown (404)."""

    status = 404


class Conflict(SimulatorError):
    """Raised when a control call does not fit the present state."""

    status = 409


class Unprocessable(SimulatorError):
    """Raised when parameters are missing or wrong (422)."""

    status = 422

    def __init__(self, **errors: str) -> None:
        super().__init__("; ".join(f"{name} {text}" for name, text in errors.items()))
        self.errors = errors

    def to_json(self) -> dict[str, Any]:
        """Return the answer's body."""
        errors = {name: [text] for name, text in self.errors.items()}
        return {"status": "fail", "errors": errors}
