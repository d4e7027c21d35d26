"""The storefront: what pages that sell something ask of the kit."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Protocol

from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.currency import Currency
from checkout_kit.domain.money import Money
from checkout_kit.domain.offer import Choice
from checkout_kit.domain.payment_link import PaymentLink


class Storefront(Protocol):
    """What the views of offers call; implemented on top of the services."""

    def open_offers(self, choices: Sequence[Choice], key: str) -> Checkout:
        """Make a checkout of offers, with its ``url``; the same key gives the same one.

        :raises OfferRefused: if an offer does not allow what was chosen of it.
        :raises InputError: if the key is none.
        :raises IdempotencyConflict: if the key was used for another choice.
        """

    def find_link(self, token: str) -> PaymentLink:
        """Read a payment link by its address, with its ``url`` and what is left of it.

        :raises NotFoundError: if it is nobody's.
        """

    def open_link(self, token: str, amount: Decimal | None, key: str) -> Checkout:
        """Make a checkout of a payment link, with its ``url``.

        :raises OfferRefused: if it is closed, expired or sold out, or the amount is
            not within its bounds.
        :raises InputError: if the key is none.
        :raises IdempotencyConflict: if the key was used for another choice.
        """

    def collected(self, campaign: str, currency: Currency) -> Money:
        """What a campaign has collected in a currency."""
