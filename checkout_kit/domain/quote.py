"""Payment methods and quotes: ways to pay, and what paying costs by each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

from checkout_kit.domain.currency import Currency
from checkout_kit.domain.money import Money
from checkout_kit.errors import AmountError, CurrencyError, InputError

_VARIANT = re.compile(r"[a-z]{1,16}\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class PaymentMethod:
    """One way to pay: an asset, through a provider.

    Its ``id`` is ``provider:CODE``, or ``provider:CODE@network`` if the provider has
    the code on two networks (``is_qualified``). A ``variant``, appended as
    ``/variant``, tells ways to pay apart that bring the same asset. ``redirects`` says
    that the buyer pays on a page of the provider. ``is_test`` says that no real money
    is involved.
    """

    provider: str
    currency: Currency
    name: str
    network_name: str = ""
    is_qualified: bool = False
    redirects: bool = False
    is_test: bool = False
    variant: str = ""

    def __post_init__(self) -> None:
        if self.variant and not _VARIANT.match(self.variant):
            raise InputError("method.variant", "must be of lower-case letters")

    @property
    def id(self) -> str:
        """The method's name in forms, the API and configuration."""
        network = f"@{self.currency.network}" if self.is_qualified else ""
        variant = f"/{self.variant}" if self.variant else ""
        return f"{self.provider}:{self.currency.code}{network}{variant}"


@dataclass(frozen=True, slots=True)
class Quote:
    """What paying costs by one method, for a while.

    ``covers`` is what is paid off (in the charge's currency, the amount due that was
    quoted), ``amount`` what the buyer would send (in the method's asset), including
    the provider's ``fee`` if that is known. ``is_firm`` says that the amount can't
    change any more when the invoice is made. ``expires_at`` None means that the
    provider names no expiry. ``charged`` is what the buyer pays on a page of the
    provider, if that is not ``amount`` itself. ``reference`` is the plugin's own: JSON
    values only, stored and handed back.
    """

    method: PaymentMethod
    covers: Money
    amount: Money
    expires_at: datetime | None = None
    is_firm: bool = False
    fee: Money | None = None
    charged: Money | None = None
    reference: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.amount.currency != self.method.currency:
            raise CurrencyError("quote.amount", "is not in the method's currency")
        if self.amount.amount <= 0 or self.covers.amount <= 0:
            raise AmountError("quote.amount", "must be more than zero")
        if self.charged is not None and self.charged.amount <= 0:
            raise AmountError("quote.charged", "must be more than zero")
        if self.expires_at is not None and self.expires_at.tzinfo is None:
            raise InputError("quote.expiresAt", "must have a time zone")

    @property
    def rate(self) -> Fraction:
        """How much of the charge's currency one unit of the asset pays off; exact."""
        return self.covers.fraction / self.amount.fraction
