"""The cart: what a buyer has chosen, kept in the signed session cookie."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from example_shop.catalogue import PRODUCTS, Product

MAX_QUANTITY = 10
_WHOLE_NUMBER = re.compile(r"[0-9]{1,3}\Z", re.ASCII)


class QuantityError(ValueError):
    """Raised when a quantity is not a whole number that the shop sells."""


@dataclass(frozen=True, slots=True)
class CartLine:
    """One product and how many of it."""

    product: Product
    quantity: int

    @property
    def net_amount(self) -> Decimal:
        """What the line costs before tax."""
        return self.product.net_amount * self.quantity


@dataclass(frozen=True, slots=True)
class Cart:
    """Products and quantities; changed by making a new one."""

    lines: tuple[CartLine, ...] = ()

    @classmethod
    def from_session(cls, stored: object) -> Cart:
        """Read what the session holds; drop what the shop does not sell (any more)."""
        quantities: dict[str, int] = {}
        for entry in stored if isinstance(stored, list) else ():
            match entry:
                case [str(slug), int(quantity)] if slug in PRODUCTS:
                    quantities[slug] = quantity
        return cls(_lines(quantities))

    def to_session(self) -> list[list[str | int]]:
        """Write what :meth:`from_session` reads; a list, as it keeps its order."""
        return [[line.product.slug, line.quantity] for line in self.lines]

    def quantity_of(self, product: Product) -> int:
        """How many of one product are in the cart."""
        return self._quantities.get(product.slug, 0)

    def with_quantity(self, product: Product, quantity: int) -> Cart:
        """Set how many of one product to buy; none takes it out.

        :raises QuantityError: if that is more than one order may hold.
        """
        if not 0 <= quantity <= MAX_QUANTITY:
            raise QuantityError(f"Please choose from 1 to {MAX_QUANTITY} of each.")
        return Cart(_lines({**self._quantities, product.slug: quantity}))

    @property
    def _quantities(self) -> dict[str, int]:
        return {line.product.slug: line.quantity for line in self.lines}

    @property
    def count(self) -> int:
        """How many pieces there are in all."""
        return sum(line.quantity for line in self.lines)

    def __bool__(self) -> bool:
        return bool(self.lines)


def _lines(quantities: Mapping[str, int]) -> tuple[CartLine, ...]:
    return tuple(
        CartLine(PRODUCTS[slug], quantity)
        for slug, quantity in quantities.items()
        if 1 <= quantity <= MAX_QUANTITY
    )


def parse_quantity(text: str) -> int:
    """Read a quantity from a form.

    :raises QuantityError: if it is not a plain whole number.
    """
    if not _WHOLE_NUMBER.match(text.strip()):
        raise QuantityError("Please give the quantity as a whole number.")
    return int(text)
