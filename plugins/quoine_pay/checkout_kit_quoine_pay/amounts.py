"""Amounts: the API's numbers as Money, without guessing a single satoshi."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from checkout_kit import (
    AmountError,
    Currency,
    CurrencyError,
    Money,
    ProviderProtocolError,
)

BTC = "BTC"
# JSON floats may carry noise behind the eighth place (0.30000000000000004). A tenth of
# a satoshi is more than such noise ever is below 21 million, and no real amount.
_NOISE = Fraction(1, 10**9)


def bitcoin() -> Currency:
    """The one asset that is paid with."""
    return Currency.parse(BTC)


def to_amount_due(provider: str, value: Decimal) -> Money:
    """Read what a buyer has to send: a part of a satoshi is rounded up.

    :raises ProviderProtocolError: if it is nothing.
    """
    nearest = _nearest(value)
    amount = nearest or Money.round_up(Fraction(value), bitcoin())
    if amount.amount <= 0:
        raise ProviderProtocolError(provider, "btc_price is not more than zero")
    return amount


def to_balance(provider: str, value: Decimal) -> Money:
    """Read what an address holds, which is a whole number of satoshi.

    :raises ProviderProtocolError: if it is not.
    """
    nearest = _nearest(value)
    if nearest is None:
        raise ProviderProtocolError(
            provider, "btc_balance is no whole number of satoshi"
        )
    return nearest


def to_price(provider: str, value: Decimal, code: str) -> Money:
    """Read a price in the merchant's currency.

    :raises ProviderProtocolError: if it has no such currency or too many decimals.
    """
    try:
        return Money(value, parse_fiat(provider, code))
    except AmountError as err:
        raise ProviderProtocolError(provider, f"price {err.problem}") from None


def parse_fiat(provider: str, code: str) -> Currency:
    """Read the code of an account's currency.

    :raises ProviderProtocolError: if it is unknown, or no money of a state.
    """
    try:
        currency = Currency.parse(code)
    except CurrencyError:
        raise ProviderProtocolError(provider, "the currency is unknown") from None
    if not currency.is_fiat:
        raise ProviderProtocolError(provider, "the currency is not fiat")
    return currency


def _nearest(value: Decimal) -> Money | None:
    exact = Fraction(value)
    nearest = Money.round_half_up(exact, bitcoin())
    return nearest if abs(nearest.fraction - exact) < _NOISE else None
