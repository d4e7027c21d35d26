"""The switches of the simulator: what the document leaves open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from checkout_kit.simulation import Switches


@dataclass(slots=True)
class Settings(Switches):
    """The switches; their defaults are the mildest reading of the document."""

    #: When the bitcoin of a sale leave the balance.
    sale_moves: Literal["confirm", "complete"] = "confirm"
    #: Whether a new sale repeats the amounts asked for, or has the fair ones.
    sale_total: Literal["asked", "fair"] = "asked"
    #: Whether confirmed sales are completed by themselves, after a few seconds.
    completes_sales: bool = True
    #: Refuse to confirm.
    refuses_confirm: bool = False
    #: Let every new sale have a status that no document names.
    odd_status: bool = False
