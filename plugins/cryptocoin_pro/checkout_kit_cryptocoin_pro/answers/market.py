"""Answers about the market: prices, what can be done with assets, and balances."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Price:
    """What an exchange would bring: ``source_amount`` for ``target_amount``.

    ``rate`` contains the commission already. Without an amount asked for, the amounts
    are what the API chose to answer.
    """

    operation: str
    source: str
    target: str
    rate: Decimal
    raw_rate: Decimal | None
    source_amount: Decimal | None
    target_amount: Decimal | None
    source_commission: Decimal | None
    target_commission: Decimal | None
    fee: Decimal | None
    fee_on_top: Decimal | None
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False, hash=False)


@dataclass(frozen=True, slots=True)
class Limits:
    """The least and most of an operation; None is no limit."""

    crypto_min: Decimal | None = None
    crypto_max: Decimal | None = None
    fiat_min: Decimal | None = None
    fiat_max: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """What can be done with an asset, with a fiat currency or (None) in general."""

    name: str
    fiat: str | None
    is_enabled: bool
    limits: Limits


@dataclass(frozen=True, slots=True)
class Asset:
    """A coin, token or fiat currency."""

    name: str
    symbol: str
    operations: tuple[Operation, ...] = ()

    def find(self, name: str, fiat: str | None) -> tuple[Operation, ...]:
        """The operations of a name: in general, and with one fiat currency."""
        return tuple(
            o for o in self.operations if o.name == name and o.fiat in (None, fiat)
        )


@dataclass(frozen=True, slots=True)
class RatePoint:
    """A rate at a moment."""

    rate: Decimal
    created: datetime


@dataclass(frozen=True, slots=True)
class Balance:
    """What a user holds of an asset."""

    name: str
    symbol: str
    available: Decimal
    pending: Decimal


@dataclass(frozen=True, slots=True)
class Country:
    """A country with its calling code."""

    code: str
    name: str
    phone_code: int


@dataclass(frozen=True, slots=True)
class PaymentGate:
    """A way in which buyers pay on the platform's page, such as a bank of EUR."""

    kind: str
    name: str
    is_enabled: bool
    least: Decimal | None = None
    most: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PlatformDetails:
    """The platform: its levels' largest sales and purchases, and ways to pay."""

    id: str
    name: str
    code: str
    fiat: str | None
    has_checkout: bool
    largest_purchase: Mapping[int, Decimal]
    largest_sale: Mapping[int, Decimal]
    gates: tuple[PaymentGate, ...]
    assets: tuple[Asset, ...]
