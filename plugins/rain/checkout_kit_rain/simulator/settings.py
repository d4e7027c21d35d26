"""The switches of the simulator: what the document leaves open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from .errors import bad_request

#: The switches that are more than on and off.
CHOICES = {"sale_moves": ("confirm", "complete"), "sale_total": ("asked", "fair")}


@dataclass(slots=True)
class Settings:
    """The switches; their defaults are the mildest reading of the document."""

    #: When the bitcoin of a sale leave the balance.
    sale_moves: str = "confirm"
    #: Whether a new sale repeats the amounts asked for, or has the fair ones.
    sale_total: str = "asked"
    #: Whether confirmed sales are completed by themselves, after a few seconds.
    completes_sales: bool = True
    #: Refuse to confirm.
    refuses_confirm: bool = False
    #: Let every new sale have a status that no document names.
    odd_status: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return all switches."""
        return asdict(self)

    def change(self, changes: Mapping[str, Any]) -> None:
        """Set the given switches.

        :raises SimulatorError: for an unknown switch or value; then nothing changes.
        """
        known = {field.name for field in fields(self)}
        parsed: dict[str, bool | str] = {}
        for name, value in changes.items():
            if name not in known:
                raise bad_request(f"{name}: unknown setting.")
            if name in CHOICES:
                if value not in CHOICES[name]:
                    raise bad_request(f"{name}: one of {', '.join(CHOICES[name])}.")
                parsed[name] = str(value)
            elif value in (True, "true"):
                parsed[name] = True
            elif value in (False, "false"):
                parsed[name] = False
            else:
                raise bad_request(f"{name}: must be true or false.")
        for name, value in parsed.items():
            setattr(self, name, value)
