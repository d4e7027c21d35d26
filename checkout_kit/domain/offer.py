"""Offers: what a shop's pages sell, at prices that the shop decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from checkout_kit.domain.charge import MAX_QUANTITY, Charge, LineItem, check_text
from checkout_kit.domain.currency import Currency
from checkout_kit.domain.json_values import check_json
from checkout_kit.domain.money import Money, parse_decimal
from checkout_kit.domain.web_address import check_web_address
from checkout_kit.errors import InputError, OfferRefused

MAX_CAMPAIGN = 64


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be bought, and at which price.

    ``minimum`` and ``maximum`` are None, or the bounds of a free amount; the charge's
    only item then says what it is for, and its price is the one that is suggested.
    ``expires_at`` None means that the price holds until the shop's key changes.
    Whoever sees the page can read an offer: it holds no secret.
    """

    charge: Charge
    minimum: Money | None = None
    maximum: Money | None = None
    expires_at: datetime | None = None
    #: How many of it may be bought at once.
    max_quantity: int = 1
    settlement_currency: Currency | None = None
    return_url: str | None = None
    cancel_url: str | None = None
    reference: str | None = None
    #: What a donation is for; what it has collected can be shown.
    campaign: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not isinstance(self.charge, Charge):
            raise InputError("charge", "must be a Charge")
        self._check_bounds()
        if self.expires_at is not None and self.expires_at.tzinfo is None:
            raise InputError("expires", "must have a time zone")
        quantity = self.max_quantity
        if not isinstance(quantity, int) or not 1 <= quantity <= MAX_QUANTITY:
            raise InputError("maxQuantity", f"must be from 1 to {MAX_QUANTITY}")
        if quantity > 1 and (self.is_free or not self._is_plain):
            raise InputError("maxQuantity", "needs one line item at a fixed price")
        for name, url in (("return", self.return_url), ("cancel", self.cancel_url)):
            if url is not None:
                check_web_address(f"links.{name}Url", url)
        if self.reference is not None:
            check_text("reference", self.reference, maximum=200)
        if self.campaign is not None:
            check_text("campaign", self.campaign, maximum=MAX_CAMPAIGN)
        check_json("metadata", self.metadata)

    @property
    def is_free(self) -> bool:
        """Whether the buyer says how much, within the bounds."""
        return self.minimum is not None

    @property
    def currency(self) -> Currency:
        """What its price is in."""
        return self.charge.currency

    @property
    def _is_plain(self) -> bool:
        charge = self.charge
        others = (charge.discount_items, charge.shipping_cost_items, charge.tax_items)
        only = charge.line_items[0]
        return len(charge.line_items) == 1 and only.quantity == 1 and not any(others)

    def _check_bounds(self) -> None:
        least, most = self.minimum, self.maximum
        if (least is None) != (most is None):
            raise InputError("max", "min and max are given together")
        if least is None or most is None:
            return
        if {least.currency, most.currency} != {self.currency}:
            raise InputError("min", "must be in the charge's currency")
        if not self._is_plain:
            raise InputError(
                "charge", "must be one line item alone where the amount is free"
            )
        if least.amount <= 0 or not least <= self.charge.total <= most:
            raise InputError(
                "min", "must be above 0, and the charge's price within min and max"
            )

    def check_time(self, now: datetime) -> None:
        """Refuse an offer whose time is over.

        :raises OfferRefused: with the reason ``expired``.
        """
        if self.expires_at is not None and now >= self.expires_at:
            raise OfferRefused("expired", "its price no longer holds")

    def line_items(self, amount: Decimal | None, quantity: int) -> Sequence[LineItem]:
        """The items of what a buyer has chosen of it.

        :param amount: how much, where the amount is free.
        :raises OfferRefused: if it is not within what the offer allows.
        """
        if not 1 <= quantity <= self.max_quantity:
            raise OfferRefused("quantity", f"at most {self.max_quantity} at once")
        if not self.is_free:
            if amount is not None:
                raise OfferRefused("fixed", "it has a price of its own")
            if quantity == 1:
                return self.charge.line_items
            item = self.charge.line_items[0]
            return [
                LineItem(item.description, item.net_amount, quantity, item.product_id)
            ]
        item = self.charge.line_items[0]
        paid = self._check_amount(amount)
        return [LineItem(item.description, paid.amount, 1, item.product_id)]

    def _check_amount(self, amount: Decimal | None) -> Money:
        if amount is None or self.minimum is None or self.maximum is None:
            raise OfferRefused("amount", "an amount is to be named")
        try:
            paid = Money(amount, self.currency)
        except InputError as err:
            raise OfferRefused("amount", err.problem) from None
        if not self.minimum <= paid <= self.maximum:
            raise OfferRefused("bounds", "the amount is not within its bounds")
        return paid


@dataclass(frozen=True, slots=True)
class Choice:
    """What a buyer has chosen of one offer."""

    offer: Offer
    amount: Decimal | None = None
    quantity: int = 1


def read_amount(value: object) -> Decimal:
    """Read the amount that a buyer's page sends; text or a whole number, never a float.

    :raises OfferRefused: if it is none.
    """
    try:
        return parse_decimal(value)
    except InputError as err:
        raise OfferRefused("amount", err.problem) from None


def combine(choices: Sequence[Choice]) -> Charge:
    """Make one charge of what was chosen; several offers are added up.

    Several go together if they agree in all but their items, and have neither discount
    nor shipping nor tax, which would be the others', too.

    :raises OfferRefused: if they don't, or one does not allow what was chosen of it.
    """
    first = choices[0].offer
    items = [
        item
        for choice in choices
        for item in choice.offer.line_items(choice.amount, choice.quantity)
    ]
    if len(choices) > 1:
        for choice in choices:
            if _terms(choice.offer) != _terms(first) or _has_more(choice.offer):
                raise OfferRefused("mixed", "these offers do not go together")
    charge = first.charge
    try:
        return Charge(
            charge.currency,
            items,
            charge.discount_items,
            charge.shipping_cost_items,
            charge.tax_items,
        )
    except InputError as err:
        raise OfferRefused("mixed", err.problem) from None


def _terms(offer: Offer) -> tuple[object, ...]:
    return (
        offer.currency,
        offer.settlement_currency,
        offer.return_url,
        offer.cancel_url,
        offer.reference,
        offer.campaign,
        dict(offer.metadata),
    )


def _has_more(offer: Offer) -> bool:
    charge = offer.charge
    return bool(charge.discount_items or charge.shipping_cost_items or charge.tax_items)
