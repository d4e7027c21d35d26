"""Discount codes: what a buyer may type in, and what it takes off."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from checkout_kit import Charge, DiscountItem

_CODES = {"WELCOME10": (Decimal("0.10"), "10 % off your first pieces")}
_CENT = Decimal("0.01")


def normalise_code(text: str) -> str | None:
    """Return the code as the shop writes it, or None if there is no such code."""
    code = text.strip().upper()
    return code if code in _CODES else None


def discount_for(code: str | None, goods: Charge) -> DiscountItem | None:
    """Say what a code takes off these goods; nothing if there is no such code."""
    if code not in _CODES:
        return None
    share, description = _CODES[code]
    amount = (goods.subtotal.amount * share).quantize(_CENT, ROUND_HALF_UP)
    return DiscountItem(f"{code}: {description}", amount)
