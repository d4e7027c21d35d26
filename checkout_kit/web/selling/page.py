"""The page of an offer: what is shown before there is a checkout."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from markupsafe import Markup

from checkout_kit.domain.offer import Offer
from checkout_kit.web.order import Order, present_charge
from checkout_kit.web.selling.intake import OrderForm
from checkout_kit.web.selling.words import bounds_of
from checkout_kit.web.text import clean


@dataclass(frozen=True, slots=True)
class OfferModel:
    """What the page shows of an offer, and what its form sends back.

    ``key`` is made anew for every view: it tells a double click from another purchase.
    """

    #: Where its form is sent.
    action: str
    key: str
    heading: str
    order: Order
    is_free: bool
    bounds: str | None
    currency: str
    amount: str
    quantity: str
    max_quantity: int
    #: How many are left of a payment link; None if that is not limited.
    left: int | None = None
    #: The code of a payment link's own address.
    qr: Markup | None = None


def present_offer(
    offer: Offer, form: OrderForm, locale: str, *, action: str
) -> OfferModel:
    """Write out an offer, with what was typed so far."""
    charge = offer.charge
    return OfferModel(
        action=action,
        key=secrets.token_urlsafe(24),
        heading=clean(charge.line_items[0].description),
        order=present_charge(charge, locale, reference=offer.reference),
        is_free=offer.is_free,
        bounds=bounds_of(offer, locale),
        currency=offer.currency.code,
        amount=form.amount or charge.total.to_text(),
        quantity=form.quantity or "1",
        max_quantity=offer.max_quantity,
    )
