"""The terms of an offer, as shops write them in their calls."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from checkout_kit.domain.charge import Charge
from checkout_kit.domain.currency import Currency
from checkout_kit.domain.money import Money
from checkout_kit.domain.offer import Offer
from checkout_kit.errors import InputError

Amount = Money | Decimal | int | str


def make_offer(
    charge: Charge,
    now: datetime,
    *,
    minimum: Amount | None,
    maximum: Amount | None,
    expires: datetime | timedelta | None,
    settlement_currency: Currency | str | None,
    **terms: Any,
) -> Offer:
    """Make an offer of a call's arguments.

    :raises InputError: naming what can't be accepted.
    """
    if not isinstance(charge, Charge):
        raise InputError("charge", "must be a Charge")
    if isinstance(expires, timedelta):
        if expires <= timedelta(0):
            raise InputError("expires", "must be after now")
        expires = now + expires
    if settlement_currency is not None and not isinstance(
        settlement_currency, Currency
    ):
        settlement_currency = Currency.parse(
            settlement_currency, field_name="settlementCurrency"
        )
    return Offer(
        charge=charge,
        minimum=_money(minimum, charge.currency),
        maximum=_money(maximum, charge.currency),
        expires_at=expires,
        settlement_currency=settlement_currency,
        **terms,
    )


def _money(amount: Amount | None, currency: Currency) -> Money | None:
    if amount is None or isinstance(amount, Money):
        return amount
    return Money(amount, currency)
