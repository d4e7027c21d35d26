"""Fees: what a sale earns, and what it takes to earn a sum; pure.

All that is assumed about the exchange's arithmetic is in this module: the fee is a
percentage of the subtotal, rounded to cents, and is taken off it.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from checkout_kit import Currency, Money
from checkout_kit_rain.answers import Price
from checkout_kit_rain.config import RainSettings

BTC = Currency.parse("BTC")
USD = Currency.parse("USD")


@dataclass(frozen=True, slots=True)
class SaleTerms:
    """What is sold for what; ``total`` is what the merchant gets."""

    amount: Money
    subtotal: Money
    fee: Money
    total: Money


def quoting_rate(price: Price) -> Fraction:
    """What a bitcoin is worth to a merchant who will sell it: the lower price.

    The document's texts disagree about which of the two a seller gets.
    """
    return min(price.buy_price.fraction, price.sell_price.fraction)


def selling_rate(price: Price, settings: RainSettings) -> Fraction:
    """The price that a sale is written at."""
    if settings.sale_price == "buy":
        return price.buy_price.fraction
    if settings.sale_price == "sell":
        return price.sell_price.fraction
    return quoting_rate(price)


def sale_fee(subtotal: Money, settings: RainSettings) -> Money:
    """The exchange's fee; the document's 1.5 cents are charged as 2."""
    share = subtotal.fraction * Fraction(settings.fee_percent) / 100
    if settings.fee_rounding == "half_up":
        fee = Money.round_half_up(share, subtotal.currency)
    else:
        fee = Money.round_up(share, subtotal.currency)
    return max(fee, Money(settings.minimum_fee, subtotal.currency))


def sale_terms(amount: Money, rate: Fraction, settings: RainSettings) -> SaleTerms:
    """Work a sale out; never more than the price times the amount is asked for."""
    subtotal = Money.round_down(amount.fraction * rate, USD)
    fee = sale_fee(subtotal, settings)
    return SaleTerms(amount, subtotal, fee, subtotal - fee)


def gross_up(due: Money, settings: RainSettings) -> Money:
    """The smallest subtotal that leaves ``due`` after the fee."""
    kept = 1 - Fraction(settings.fee_percent) / 100
    least = Money.round_up(due.fraction / kept, due.currency)
    return max(least, due + Money(settings.minimum_fee, due.currency))


def payment_for(due: Money, price: Price, settings: RainSettings) -> Money | None:
    """What a buyer sends for ``due``, or None if a sale of it would bring nothing."""
    rate = quoting_rate(price)
    gross = gross_up(due, settings) if settings.fee_paid_by == "buyer" else due
    amount = Money.round_up(gross.fraction / rate, BTC)
    if sale_terms(amount, rate, settings).total.amount <= 0:
        return None
    return amount
