"""Symbols: the provider's names of assets, and amounts between it and the kit."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from checkout_kit import Currency, CurrencyError, Money
from checkout_kit_cryptocoin_pro.config import SYMBOLS

_CODES = {symbol: code for code, symbol in SYMBOLS.items()}
#: What the page calls an asset.
NAMES = {"BTC": "Bitcoin", "ETH": "Ether", "LTC": "Litecoin"}
NETWORK_NAMES = {"BTC": "Bitcoin", "ETH": "Ethereum", "LTC": "Litecoin"}


def to_symbol(currency: Currency) -> str:
    """The provider's symbol: Bitcoin is XBT there."""
    return SYMBOLS.get(currency.code, currency.code)


def to_currency(symbol: str) -> Currency | None:
    """The asset or fiat currency of a symbol, None if the kit does not know it."""
    if symbol in _CODES:
        return Currency.parse(_CODES[symbol])
    try:
        found = Currency.parse(symbol)
    except CurrencyError:
        return None
    # Another asset of the kit's is none that the plugin deals in.
    return found if found.is_fiat else None


def is_same(symbol: str | None, currency: Currency) -> bool:
    """Whether a symbol stands for a currency."""
    return symbol is not None and to_currency(symbol) == currency


def exactly(number: Decimal, currency: Currency) -> Money | None:
    """An amount that has no more places than its currency, else None."""
    rounded = Money.round_down(Fraction(number), currency)
    return rounded if rounded.fraction == Fraction(number) else None
