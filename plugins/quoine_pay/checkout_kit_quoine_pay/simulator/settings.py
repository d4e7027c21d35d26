"""The switches of the simulator: what the document leaves open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from checkout_kit.simulation import Switches


@dataclass(slots=True)
class Settings(Switches):
    """The switches; their defaults are the mildest reading of the document."""

    #: In which order GET /invoices lists.
    order: Literal["oldest", "newest", "updated"] = "oldest"
    #: "unpaid" and "paid" of the examples, or the words of the lists.
    spelling: Literal["list", "examples"] = "list"
    #: Whether an invoice that is paid after its time stays expired.
    late_payments: Literal["expired", "accepted"] = "expired"
    #: What btc_balance is once the bitcoin are sold.
    sold_balance: Literal["kept", "zero"] = "kept"
    #: How often a callback is sent.
    callbacks: Literal["on", "off", "twice"] = "on"
    #: What takes the place of /api/v1 in signatures; "as_sent" changes nothing.
    signed_prefix: str = "as_sent"
