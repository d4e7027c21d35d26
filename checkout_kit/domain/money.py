"""Money: an exact amount of one currency, and the only place that rounds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import (
    ROUND_CEILING,
    ROUND_FLOOR,
    ROUND_HALF_UP,
    Context,
    Decimal,
    Inexact,
    InvalidOperation,
    Overflow,
)
from fractions import Fraction

from checkout_kit.domain.currency import MAX_DECIMALS, Currency
from checkout_kit.errors import AmountError, CurrencyError

#: At most this many digits before the decimal point.
MAX_INTEGER_DIGITS = 18
# 18 digits before the point and 18 behind it, squared, still fit: a result that would
# have to be rounded is a mistake and raises.
_EXACT = Context(prec=78, traps=[Inexact, InvalidOperation, Overflow])
#: What an amount is rounded to, by its number of decimals.
_PLACES = tuple(Decimal(1).scaleb(-decimals) for decimals in range(MAX_DECIMALS + 1))
_TEXT = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,30})?\Z", re.ASCII)


def parse_decimal(value: object, *, field: str = "amount") -> Decimal:
    """Read an exact number from text, an ``int`` or a ``Decimal``; never a float.

    :raises AmountError: if it is not a plain finite number, or longer than 18 digits
        before or 30 behind the point (exponents, signs other than a leading minus,
        blanks and other scripts' digits are refused).
    """
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise AmountError(field, "is not a finite number")
        if abs(value.adjusted()) > 60:
            raise AmountError(field, "is out of bounds")
        value = format(value, "f")
    elif isinstance(value, int) and not isinstance(value, bool):
        # Bounded first: Python refuses to print very long integers.
        if value.bit_length() > 128:
            raise AmountError(field, "is out of bounds")
        value = str(value)
    if not isinstance(value, str):
        raise AmountError(field, "must be a number given as text, such as '10.00'")
    if len(value) > 64 or not _TEXT.match(value):
        raise AmountError(
            field,
            "must be a plain decimal number of at most "
            f"{MAX_INTEGER_DIGITS} digits before the point, such as '10.00'",
        )
    return Decimal(value)


def format_decimal(value: Decimal) -> str:
    """Write a number as canonical plain text: no exponent, no trailing zeros."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def sum_text(moneys: Iterable[Money]) -> str:
    """Add amounts whose currencies may differ, for showing only: canonical text."""
    total = Decimal(0)
    for money in moneys:
        total = _EXACT.add(total, money.amount)
    return format_decimal(total)


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An exact amount of one currency.

    The amount never has more places than the currency, so every Money can be paid.
    Adding or comparing two currencies raises; so does a float.
    """

    amount: Decimal
    currency: Currency

    def __init__(self, amount: Decimal | int | str, currency: Currency | str) -> None:
        if not isinstance(currency, Currency):
            currency = Currency.parse(currency)
        number = parse_decimal(amount)
        try:
            number = number.quantize(_PLACES[currency.decimals], context=_EXACT)
        except Inexact:
            raise AmountError(
                "amount",
                f"has more than the {currency.decimals} decimals of {currency.code}",
            ) from None
        # Zero has no sign: -0 and 0 are the same amount and the same text.
        object.__setattr__(self, "amount", number if number else number.copy_abs())
        object.__setattr__(self, "currency", currency)

    @classmethod
    def zero(cls, currency: Currency) -> Money:
        """Nothing, in the given currency."""
        return cls(0, currency)

    @classmethod
    def smallest(cls, currency: Currency) -> Money:
        """One minor unit of a fiat currency, or the smallest unit of an asset."""
        return cls.from_minor_units(1, currency)

    @classmethod
    def total(cls, moneys: Iterable[Money], currency: Currency) -> Money:
        """Add up; the currency is needed for the sum of nothing."""
        result = cls.zero(currency)
        for money in moneys:
            result = result + money
        return result

    @classmethod
    def round_up(cls, value: Fraction, currency: Currency) -> Money:
        """Round towards more: for amounts that a buyer has to pay."""
        return cls._rounded(value, currency, ROUND_CEILING)

    @classmethod
    def round_down(cls, value: Fraction, currency: Currency) -> Money:
        """Round towards less: for amounts that somebody else owes the merchant."""
        return cls._rounded(value, currency, ROUND_FLOOR)

    @classmethod
    def round_half_up(cls, value: Fraction, currency: Currency) -> Money:
        """Round to the nearest, halves away from zero: for totals with tax."""
        return cls._rounded(value, currency, ROUND_HALF_UP)

    @classmethod
    def _rounded(cls, value: Fraction, currency: Currency, mode: str) -> Money:
        # Of whole numbers: fractions would be reduced at each step.
        units, over = value.numerator * 10**currency.decimals, value.denominator
        if mode == ROUND_FLOOR:
            units = units // over
        elif mode == ROUND_CEILING:
            units = -(-units // over)
        else:
            nearest = (2 * abs(units) + over) // (2 * over)
            units = -nearest if units < 0 else nearest
        return cls.from_minor_units(units, currency)

    @classmethod
    def from_minor_units(cls, units: int, currency: Currency) -> Money:
        """Make Money of a whole number of its smallest units, such as cents or satoshi.

        :raises AmountError: if that is out of bounds.
        """
        if abs(units) >= 10 ** (MAX_INTEGER_DIGITS + currency.decimals):
            raise AmountError("amount", "is out of bounds")
        # As exact and canonical as the constructor would make it.
        money = object.__new__(cls)
        amount = Decimal(units).scaleb(-currency.decimals, context=_EXACT)
        object.__setattr__(money, "amount", amount)
        object.__setattr__(money, "currency", currency)
        return money

    @property
    def minor_units(self) -> int:
        """The amount as a whole number of its smallest units."""
        return int(self.amount.scaleb(self.currency.decimals, context=_EXACT))

    @property
    def fraction(self) -> Fraction:
        """The amount for exact computing with rates."""
        return Fraction(self.amount)

    def to_text(self) -> str:
        """The amount as canonical plain text, without the currency."""
        return format_decimal(self.amount)

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(_EXACT.add(self.amount, other.amount), self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(_EXACT.subtract(self.amount, other.amount), self.currency)

    def __mul__(self, factor: int) -> Money:
        if not isinstance(factor, int) or isinstance(factor, bool):
            raise TypeError("Money is only multiplied by whole numbers")
        # Bounded first: a product of more digits than the context has would not be
        # an AmountError.
        if factor.bit_length() > 128:
            raise AmountError("amount", "is out of bounds")
        return Money(_EXACT.multiply(self.amount, Decimal(factor)), self.currency)

    def __neg__(self) -> Money:
        return Money(self.amount.copy_negate(), self.currency)

    def __bool__(self) -> bool:
        return bool(self.amount)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.amount < other.amount

    def __le__(self, other: Money) -> bool:
        self._same(other)
        return self.amount <= other.amount

    def __gt__(self, other: Money) -> bool:
        self._same(other)
        return self.amount > other.amount

    def __ge__(self, other: Money) -> bool:
        self._same(other)
        return self.amount >= other.amount

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}"

    def _same(self, other: Money) -> None:
        if not isinstance(other, Money):
            raise TypeError(f"Money and {type(other).__name__} don't mix")
        if self.currency != other.currency:
            raise CurrencyError(
                "currency", f"{self.currency} and {other.currency} can't be mixed"
            )
