"""The switches of the simulator: what the document leaves open, and webhook faults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from .errors import BadRequest

#: The switches that are more than on and off.
CHOICES = {
    "reversal": ("unresolved", "removed"),
    "webhooks": ("normal", "off", "bad_signature", "no_signature", "duplicate"),
}


@dataclass(slots=True)
class Settings:
    """The switches; their defaults are the mildest reading of the document."""

    #: Answer 400 to a second commit of the same asset instead of repeating itself.
    refuse_second_commit: bool = False
    #: Let the commit's amount differ a little from the quote.
    drift: bool = True
    #: What a confirmed payment becomes that is reversed.
    reversal: str = "unresolved"
    #: How webhooks are sent.
    webhooks: str = "normal"
    #: Leave `state` out of payments, as an example of GET /payments does.
    omit_payment_state: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return all switches."""
        return asdict(self)

    def change(self, changes: Mapping[str, Any]) -> None:
        """Set the given switches.

        :raises BadRequest: for an unknown switch or value; then nothing changes.
        """
        known = {field.name for field in fields(self)}
        parsed: dict[str, bool | str] = {}
        for name, value in changes.items():
            if name not in known:
                raise BadRequest(f"{name}: unknown setting.")
            parsed[name] = (
                _parse_choice(name, value)
                if name in CHOICES
                else parse_flag(name, value)
            )
        for name, value in parsed.items():
            setattr(self, name, value)


def parse_flag(name: str, value: object) -> bool:
    """Read a boolean of JSON or of a form.

    :raises BadRequest: when it is neither.
    """
    if value in (True, "true", "1", "on"):
        return True
    if value in (False, None, "false", "0", "off", ""):
        return False
    raise BadRequest(f"{name}: must be true or false.")


def _parse_choice(name: str, value: object) -> str:
    if value not in CHOICES[name]:
        raise BadRequest(f"{name}: must be one of {', '.join(CHOICES[name])}.")
    return str(value)
