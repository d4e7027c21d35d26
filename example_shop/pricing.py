"""Pricing: from a cart to the charge that the checkout asks for."""

from __future__ import annotations

import hashlib

from checkout_kit import Charge, LineItem
from example_shop.cart import Cart
from example_shop.catalogue import CURRENCY
from example_shop.delivery import Country
from example_shop.discount import discount_for


def price_cart(cart: Cart, country: Country, code: str | None) -> Charge:
    """Work out what a cart costs in a country: the kit does the sums.

    The cart must not be empty.
    """
    lines = [
        LineItem(
            line.product.name,
            line.product.net_amount,
            quantity=line.quantity,
            product_id=line.product.slug,
        )
        for line in cart.lines
    ]
    discount = discount_for(code, Charge(CURRENCY, lines))
    discounts = [discount] if discount else []
    goods = Charge(CURRENCY, lines, discounts)
    return Charge(
        CURRENCY, lines, discounts, [country.shipping_for(goods)], country.taxes
    )


def fingerprint(charge: Charge) -> str:
    """Sum up a charge, to notice that it is no longer the one that was reviewed."""
    return hashlib.sha256(repr(charge).encode()).hexdigest()[:32]
