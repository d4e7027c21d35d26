"""The switches of the simulator: what the document leaves open, and webhook faults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from checkout_kit.simulation import Switches


@dataclass(slots=True)
class Settings(Switches):
    """The switches; their defaults are the mildest reading of the document."""

    #: Answer 400 to a second commit of the same asset instead of repeating itself.
    refuse_second_commit: bool = False
    #: Let the commit's amount differ a little from the quote.
    drift: bool = True
    #: What a confirmed payment becomes that is reversed.
    reversal: Literal["unresolved", "removed"] = "unresolved"
    #: How webhooks are sent.
    webhooks: Literal["normal", "off", "bad_signature", "no_signature", "duplicate"] = (
        "normal"
    )
    #: Leave `state` out of payments, as an example of GET /payments does.
    omit_payment_state: bool = False
