"""The switches of the simulator: what the document leaves open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from .errors import BadRequest

#: The switches that are more than on and off.
CHOICES = {
    "order": ("oldest", "newest", "updated"),
    "spelling": ("list", "examples"),
    "late_payments": ("expired", "accepted"),
    "sold_balance": ("kept", "zero"),
    "callbacks": ("on", "off", "twice"),
}
_PATHS = ("signed_prefix",)


@dataclass(slots=True)
class Settings:
    """The switches; their defaults are the mildest reading of the document."""

    #: In which order GET /invoices lists.
    order: str = "oldest"
    #: "unpaid" and "paid" of the examples, or the words of the lists.
    spelling: str = "list"
    #: Whether an invoice that is paid after its time stays expired.
    late_payments: str = "expired"
    #: What btc_balance is once the bitcoin are sold.
    sold_balance: str = "kept"
    #: How often a callback is sent.
    callbacks: str = "on"
    #: What takes the place of /api/v1 in signatures; "as_sent" changes nothing.
    signed_prefix: str = "as_sent"

    def to_json(self) -> dict[str, Any]:
        """Return all switches."""
        return asdict(self)

    def change(self, changes: Mapping[str, Any]) -> None:
        """Set the given switches.

        :raises BadRequest: for an unknown switch or value; then nothing changes.
        """
        known = {field.name for field in fields(self)}
        for name, value in changes.items():
            if name not in known:
                raise BadRequest(f"{name}: unknown setting.")
            if not isinstance(value, str) or len(value) > 100:
                raise BadRequest(f"{name}: must be a text.")
            if name not in _PATHS and value not in CHOICES[name]:
                raise BadRequest(f"{name}: must be one of {', '.join(CHOICES[name])}.")
        for name, value in changes.items():
            setattr(self, name, value)
