"""Pricing: what an amount costs or brings, the commission being in the rate."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from .amounts import minus, over, plus, share, times
from .records import BUY_WITH_CRYPTO, BUY_WITH_FIAT, WITHDRAW, WITHDRAW_ICO

_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Price:
    """The terms of an operation: the raw rate, and the rate that counts."""

    operation: str
    raw: Decimal
    percent: Decimal

    @property
    def rate(self) -> Decimal:
        """The rate with its commission: more for a buyer, less for a seller."""
        if self.is_withdrawal:
            return self.raw
        factor = plus if self.is_purchase else minus
        return times(self.raw, over(factor(_HUNDRED, self.percent), _HUNDRED))

    @property
    def is_purchase(self) -> bool:
        """Whether the coin is what one gets."""
        return self.operation in (BUY_WITH_FIAT, BUY_WITH_CRYPTO)

    @property
    def is_withdrawal(self) -> bool:
        """Whether the coin stays the same."""
        return self.operation in (WITHDRAW, WITHDRAW_ICO)

    def to_amount(self, from_amount: Decimal) -> Decimal:
        """Return what one gets for an amount."""
        if self.is_withdrawal:
            return minus(from_amount, share(from_amount, self.percent))
        if self.is_purchase:
            return over(from_amount, self.rate)
        return times(from_amount, self.rate)

    def from_amount(self, to_amount: Decimal) -> Decimal:
        """Return what one gives to get an amount."""
        if self.is_withdrawal:
            kept = over(minus(_HUNDRED, self.percent), _HUNDRED)
            return over(to_amount, kept)
        if self.is_purchase:
            return times(to_amount, self.rate)
        return over(to_amount, self.rate)

    def commissions(self, from_amount: Decimal) -> tuple[Decimal, Decimal]:
        """Return what of an amount is commission, in what one gives and gets."""
        if self.is_withdrawal:
            taken = share(from_amount, self.percent)
            return taken, taken
        if self.is_purchase:
            parts = plus(_HUNDRED, self.percent)
            taken = over(times(from_amount, self.percent), parts)
            return taken, over(taken, self.raw)
        taken = share(from_amount, self.percent)
        return taken, times(taken, self.raw)

    def quote(self, amount: Decimal) -> tuple[Decimal, Decimal, Decimal]:
        """Return total and both commissions of an amount of the coin itself.

        As in the examples: "fromAmount" is in what one gives, "fromTotal" in what one
        gets.
        """
        of_coin = share(amount, self.percent)
        if self.is_withdrawal:
            return minus(amount, of_coin), of_coin, of_coin
        of_money = times(of_coin, self.raw)
        total = times(amount, self.rate)
        if self.is_purchase:
            return total, of_money, of_coin
        return total, of_coin, of_money
