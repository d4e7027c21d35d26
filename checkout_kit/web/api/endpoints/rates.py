"""Endpoints of exchange rates, for orientation: no rate binds anybody."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from checkout_kit.domain.asset_id import asset_id
from checkout_kit.domain.money import Money, format_decimal
from checkout_kit.errors import InputError
from checkout_kit.web.api.endpoint import Call, Endpoint
from checkout_kit.web.api.schemas.rates import (
    ExchangeRateQuerySchema,
    ExchangeRateSchema,
    GlobalRateQuerySchema,
    GlobalRateSchema,
)

_TAG = "Rates"
#: Digits that a rate is told with, behind the point.
_RATE_DIGITS = 18


def show_exchange_rate(call: Call) -> Any:
    """Say what an amount is worth in another asset."""
    source, target = call.query["source"], call.query["target"]
    amount = Money(call.query["amount"], source)
    if amount.amount < 0:
        raise InputError("amount", "must not be negative")
    rate = call.store.exchange.rate(source, target)
    return {
        "source": asset_id(source),
        "target": asset_id(target),
        "source_amount": amount,
        "target_amount": Money.round_down(amount.fraction * rate, target),
        "rate": _rate_text(rate),
    }


def show_global_rate(call: Call) -> Any:
    """Say what one unit of the base currency costs in the quote currency."""
    rate = call.store.exchange.rate(call.query["base"], call.query["quote"])
    return {"rate": _rate_text(rate)}


def _rate_text(rate: Fraction) -> str:
    whole = rate.numerator * 10**_RATE_DIGITS // rate.denominator
    return format_decimal(Decimal(whole).scaleb(-_RATE_DIGITS))


ENDPOINTS = (
    Endpoint(
        "GET",
        "/exchange-rate",
        show_exchange_rate,
        ExchangeRateSchema,
        "Convert an amount by the rates of the enabled plugins",
        _TAG,
        query=ExchangeRateQuerySchema,
    ),
    Endpoint(
        "GET",
        "/exchange-rate-global",
        show_global_rate,
        GlobalRateSchema,
        "Read what a base currency costs in a quote currency",
        _TAG,
        query=GlobalRateQuerySchema,
    ),
)
