"""Payment links: an address for any number of buyers, or as many as there are units."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from checkout_kit.domain.offer import Offer
from checkout_kit.errors import InputError, OfferRefused

MAX_STOCK = 1_000_000_000


class LinkState(str, Enum):
    """Whether a link can be paid at, and why not."""

    OPEN = "OPEN"
    SOLD_OUT = "SOLD_OUT"
    EXPIRED = "EXPIRED"
    CLOSED = "CLOSED"


@dataclass(frozen=True, slots=True)
class PaymentLink:
    """A reusable address of an offer.

    ``stock`` is how many may be sold, None for any number. ``sold`` counts what is
    paid, ``held`` what was opened and may still be paid: no unit is sold twice. More
    than the stock can only be paid late, after its unit was free again.
    ``token`` is in the link's address, which is meant to be passed on.
    """

    id: str
    token: str
    store_id: str
    offer: Offer
    stock: int | None
    created_at: datetime
    closed_at: datetime | None = None
    sold: int = 0
    held: int = 0
    url: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        stock = self.stock
        if stock is not None and (
            not isinstance(stock, int)
            or isinstance(stock, bool)
            or not 1 <= stock <= MAX_STOCK
        ):
            raise InputError("stock", f"must be a whole number from 1 to {MAX_STOCK}")
        if self.offer.max_quantity != 1:
            raise InputError("maxQuantity", "a link sells one at a time")

    @property
    def expires_at(self) -> datetime | None:
        """When it opens no more checkouts."""
        return self.offer.expires_at

    @property
    def left(self) -> int | None:
        """How many can be opened now; None for any number."""
        if self.stock is None:
            return None
        return max(0, self.stock - self.sold - self.held)

    def state(self, now: datetime) -> LinkState:
        """What it is at; what ends it for good comes first."""
        if self.closed_at is not None:
            return LinkState.CLOSED
        if self.expires_at is not None and now >= self.expires_at:
            return LinkState.EXPIRED
        return LinkState.SOLD_OUT if self.left == 0 else LinkState.OPEN

    def check(self, now: datetime) -> None:
        """Refuse a link that opens nothing now.

        :raises OfferRefused: with the reason ``closed``, ``expired`` or ``sold_out``.
        """
        state = self.state(now)
        if state is not LinkState.OPEN:
            raise OfferRefused(state.value.lower(), f"the link is {state.value}")
