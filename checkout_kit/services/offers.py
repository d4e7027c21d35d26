"""Offers taken up: a checkout is made of what a buyer chose of signed offers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime

from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.currency import Currency
from checkout_kit.domain.money import Money
from checkout_kit.domain.offer import Choice, combine
from checkout_kit.errors import InputError, OfferRefused
from checkout_kit.services.basis import Basis
from checkout_kit.services.checkout_request import CheckoutRequest
from checkout_kit.services.checkouts import Checkouts

#: How many offers one checkout may be made of.
MAX_CHOICES = 50
# Whoever knows the key gets the same checkout: it must be hard to guess.
_KEY = re.compile(r"[A-Za-z0-9_-]{16,128}\Z", re.ASCII)


def check_key(key: object) -> str:
    """Refuse a key that is no random text of 16 to 128 letters, digits, ``-``, ``_``.

    :raises InputError: naming ``key``.
    """
    if not isinstance(key, str) or not _KEY.match(key):
        raise InputError("key", "must be random text of 16 to 128 letters and digits")
    return key


class Offers:
    """Makes checkouts of offers whose signature was verified already."""

    def __init__(self, basis: Basis, checkouts: Checkouts) -> None:
        self._units = basis.units
        self._policy = basis.policy
        self._checkouts = checkouts

    def open(self, choices: Sequence[Choice], key: str, now: datetime) -> Checkout:
        """Make a checkout; no provider is called, no money moves.

        :param key: made by the page for one purchase; the same key gives the same
            checkout, so that a double click opens one.
        :raises OfferRefused: if an offer is over, or does not allow what was chosen.
        :raises InputError: if the key is none.
        :raises IdempotencyConflict: if the key was used for another choice.
        """
        return self._checkouts.create(offer_request(choices, key, now), now)

    def collected(self, campaign: str, currency: Currency) -> Money:
        """What the paid checkouts of a campaign come to, in one currency."""
        with self._units.read() as unit:
            return unit.campaigns.collected(self._policy.store_id, campaign, currency)


def offer_request(
    choices: Sequence[Choice], key: str, now: datetime
) -> CheckoutRequest:
    """What is asked for by choices of offers, all of one purchase.

    :raises OfferRefused: if an offer is over, or does not allow what was chosen.
    :raises InputError: if the key is none.
    """
    check_key(key)
    if not 1 <= len(choices) <= MAX_CHOICES:
        raise OfferRefused("mixed", f"from 1 to {MAX_CHOICES} offers at once")
    for choice in choices:
        choice.offer.check_time(now)
    offer = choices[0].offer
    return CheckoutRequest(
        charge=combine(choices),
        settlement_currency=offer.settlement_currency,
        return_url=offer.return_url,
        cancel_url=offer.cancel_url,
        reference=offer.reference,
        metadata=offer.metadata,
        campaign=offer.campaign,
        # Apart from the keys of the shop's own calls.
        idempotency_key=f"offer:{hashlib.sha256(key.encode()).hexdigest()}",
    )
