"""Requests for checkouts: what a shop asks for, validated as a whole."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from checkout_kit.domain.charge import Charge, check_text
from checkout_kit.domain.currency import Currency
from checkout_kit.domain.json_values import check_json
from checkout_kit.domain.offer import MAX_CAMPAIGN
from checkout_kit.domain.web_address import check_web_address
from checkout_kit.errors import InputError

#: What older versions did not know: the keys that they kept are known still.
_LATER = ("campaign", "link_id")
_NOT_TOLD_APART = ("idempotency_key", "window", *_LATER)


@dataclass(frozen=True, slots=True)
class CheckoutRequest:
    """What a shop asks for when it makes a checkout, validated as a whole."""

    charge: Charge
    settlement_currency: Currency | None = None
    return_url: str | None = None
    cancel_url: str | None = None
    webhook_url: str | None = None
    reference: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    customer: Mapping[str, Any] = field(default_factory=dict)
    idempotency_key: str | None = None
    is_hosted: bool = True
    #: What a donation is for.
    campaign: str | None = None
    #: The payment link that it is opened by.
    link_id: str | None = None
    #: How long it offers to pay, where that is not as configured.
    window: timedelta | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.charge, Charge):
            raise InputError("charge", "must be a Charge")
        for name, address in (
            ("links.returnUrl", self.return_url),
            ("links.cancelUrl", self.cancel_url),
            ("webhook", self.webhook_url),
        ):
            if address is not None:
                check_web_address(name, address)
        if self.reference is not None:
            check_text("reference", self.reference, maximum=200)
        if self.campaign is not None:
            check_text("campaign", self.campaign, maximum=MAX_CAMPAIGN)
        if self.idempotency_key is not None:
            check_text("idempotencyKey", self.idempotency_key, maximum=255)
        check_json("metadata", self.metadata)
        check_json("customer", self.customer)

    @property
    def fingerprint(self) -> str:
        """Tells two requests apart; the idempotency key itself does not count."""
        names = [name for name in self.__slots__ if name not in _NOT_TOLD_APART]
        names += [n for n in _LATER if getattr(self, n) is not None]
        text = repr([(name, getattr(self, name)) for name in names])
        return hashlib.sha256(text.encode()).hexdigest()
