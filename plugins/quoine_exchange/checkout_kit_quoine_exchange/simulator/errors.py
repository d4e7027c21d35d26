"""The one error that names fields; all others are Werkzeug's own."""

from __future__ import annotations

from typing import Any

from werkzeug.exceptions import UnprocessableEntity


class Unprocessable(UnprocessableEntity):
    """Raised when parameters are missing or wrong (422)."""

    def __init__(self, **errors: str) -> None:
        super().__init__("; ".join(f"{name} {text}" for name, text in errors.items()))
        self.errors = errors

    def to_json(self) -> dict[str, Any]:
        """Return the answer's body."""
        errors = {name: [text] for name, text in self.errors.items()}
        return {"status": "fail", "errors": errors}
