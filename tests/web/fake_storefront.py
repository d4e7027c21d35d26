"""A storefront made by hand: every offer gets the checkout that a test wants."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.currency import Currency
from checkout_kit.domain.money import Money
from checkout_kit.domain.offer import Choice
from checkout_kit.domain.payment_link import PaymentLink
from checkout_kit.errors import NotFoundError


class FakeStorefront:
    """Sells nothing."""

    def open_offers(self, choices: Sequence[Choice], key: str) -> Checkout:
        """Never asked for: the tests of offers have a shop behind them."""
        raise AssertionError("nothing is for sale")

    def find_link(self, token: str) -> PaymentLink:
        """No link is known."""
        raise NotFoundError("link", "?")

    def open_link(self, token: str, amount: Decimal | None, key: str) -> Checkout:
        """No link is known."""
        raise NotFoundError("link", "?")

    def collected(self, campaign: str, currency: Currency) -> Money:
        """Nothing."""
        return Money.zero(currency)
