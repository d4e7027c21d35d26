"""The switches of the simulator: what the document leaves open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from checkout_kit.simulation import Switches


@dataclass(slots=True)
class Settings(Switches):
    """The switches; their defaults are what the document's examples show.

    For a repeated request id that is the reading that costs most: it moves money again.
    """

    #: What the same ``request_id`` does a second time.
    repeated_request_id: Literal["processed", "ignored", "refused"] = "processed"
    #: Whether answers to fund and withdraw say the ``request_id`` back.
    echoes_request_id: bool = True
    #: How balances are written: "200", "100000.0" or a JSON number.
    balances: Literal["plain", "decimal", "number"] = "decimal"
    #: In which order GET /crypto_withdrawals lists, and how many on a page.
    order: Literal["oldest", "newest"] = "oldest"
    page_size: Literal["25", "2"] = "25"
    #: Whether ``?page=`` is understood; the document names no paging parameter.
    pages: bool = True
    #: What takes the place of /vendor in signatures; "as_sent" changes nothing.
    signed_prefix: str = "as_sent"
    #: Whether a subscriber hears the present prices at once.
    greets: bool = True
