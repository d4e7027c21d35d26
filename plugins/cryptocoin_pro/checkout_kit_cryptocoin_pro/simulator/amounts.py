"""Amounts: exact arithmetic, and the document's many ways to write a number."""

from __future__ import annotations

from decimal import ROUND_DOWN, Context, Decimal, InvalidOperation

#: How many places stored amounts have: `0.2000000000000000000000000`.
PLACES = 25
#: How many places calculated prices have.
PRICE_PLACES = 50
# Amounts have at most so many digits before the point.
_LARGEST = 15
# Wide enough for a product of any two amounts, and cut like the document's prices.
_CONTEXT = Context(prec=150, rounding=ROUND_DOWN)


def parse_amount(text: str) -> Decimal | None:
    """Read an amount, None for what is none, or is out of all proportion."""
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    exponent = amount.as_tuple().exponent
    # Anything else is NaN or an infinity.
    if not isinstance(exponent, int) or not -PLACES <= exponent <= _LARGEST:
        return None
    return amount if amount.adjusted() <= _LARGEST else None


def plus(first: Decimal, second: Decimal) -> Decimal:
    """Add exactly."""
    return _CONTEXT.add(first, second)


def minus(first: Decimal, second: Decimal) -> Decimal:
    """Subtract exactly."""
    return _CONTEXT.subtract(first, second)


def times(first: Decimal, second: Decimal) -> Decimal:
    """Multiply exactly."""
    return _CONTEXT.multiply(first, second)


def over(first: Decimal, second: Decimal) -> Decimal:
    """Divide, cut after far more places than are ever shown."""
    return _CONTEXT.divide(first, second)


def share(amount: Decimal, percent: Decimal) -> Decimal:
    """Return a percentage of an amount."""
    return over(times(amount, percent), Decimal(100))


def cut(amount: Decimal, places: int = PLACES) -> Decimal:
    """Cut an amount after so many places."""
    return amount.quantize(Decimal(1).scaleb(-places), context=_CONTEXT)


def to_long_text(amount: Decimal, places: int = PLACES) -> str:
    """Write an amount as lists do, with all its places."""
    return f"{cut(amount, places):f}"


def to_short_text(amount: Decimal) -> str:
    """Write an amount as new quotes do, with no zeros behind it."""
    return f"{amount.normalize(_CONTEXT):f}" if amount else "0"


def to_rate_text(rate: Decimal) -> str:
    """Write a market rate: `128.55`, and small ones as `6.304E-5`."""
    is_small = Decimal(0) < abs(rate) < Decimal("0.0001")
    return to_scientific_text(rate, "E") if is_small else to_short_text(rate)


def to_scientific_text(amount: Decimal, mark: str = "e") -> str:
    """Write an amount with an exponent: `6.0e-6`."""
    _, digits, _ = amount.normalize(_CONTEXT).as_tuple()
    rest = "".join(str(digit) for digit in digits[1:]) or "0"
    sign = "-" if amount < 0 else ""
    return f"{sign}{digits[0]}.{rest}{mark}{amount.adjusted()}"


def to_mixed_text(amount: Decimal) -> str:
    """Write an amount as the quote inside an order: tiny ones with an exponent."""
    is_small = Decimal(0) < abs(amount) < Decimal("0.0001")
    return to_scientific_text(amount) if is_small else to_short_text(amount)
