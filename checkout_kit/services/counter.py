"""The counter: what pages that sell something ask for, at the moment they ask."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.currency import Currency
from checkout_kit.domain.money import Money
from checkout_kit.domain.offer import Choice
from checkout_kit.domain.payment_link import PaymentLink
from checkout_kit.domain.provider import Clock
from checkout_kit.services.links import Links
from checkout_kit.services.offers import Offers


class Counter:
    """Sells to whoever comes; what is sold, and for how much, is the shop's word."""

    def __init__(
        self,
        offers: Offers,
        links: Links,
        clock: Clock,
        page_url: Callable[[str], str],
    ) -> None:
        self._offers = offers
        self._links = links
        self._clock = clock
        self._page_url = page_url

    def open_offers(self, choices: Sequence[Choice], key: str) -> Checkout:
        """Make a checkout of offers, with the address of its page.

        :raises OfferRefused: if an offer does not allow what was chosen of it.
        :raises InputError: if the key is none.
        :raises IdempotencyConflict: if the key was used for another choice.
        """
        return self._addressed(self._offers.open(choices, key, self._clock.now()))

    def collected(self, campaign: str, currency: Currency) -> Money:
        """What a campaign has collected in a currency."""
        return self._offers.collected(campaign, currency)

    def find_link(self, token: str) -> PaymentLink:
        """Read a payment link by its address, with what is left of it.

        :raises NotFoundError: if it is nobody's.
        """
        link = self._links.get_by_token(token, self._clock.now())
        return self.with_address(link)

    def open_link(self, token: str, amount: Decimal | None, key: str) -> Checkout:
        """Make a checkout of a payment link, with the address of its page.

        :raises OfferRefused: if it is closed, expired or sold out, or the amount is
            not within its bounds.
        :raises IdempotencyConflict: if the key was used for another choice.
        """
        opened = self._links.open(token, amount, key, self._clock.now())
        return self._addressed(opened)

    def with_address(self, link: PaymentLink) -> PaymentLink:
        """A link with its address."""
        return replace(link, url=self._page_url(f"links/{link.token}"))

    def _addressed(self, checkout: Checkout) -> Checkout:
        return replace(checkout, url=self._page_url(checkout.token))
