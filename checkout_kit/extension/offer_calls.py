"""What shops call to sell on pages: signed offers, and what was collected by them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from flask import current_app

from checkout_kit.domain.charge import Charge
from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.currency import Currency
from checkout_kit.domain.money import Money
from checkout_kit.domain.offer import Choice, read_amount
from checkout_kit.extension.app_services import AppServices
from checkout_kit.extension.offer_terms import Amount, make_offer
from checkout_kit.web.selling.signed_offers import read_offer, sign_offer

#: How long an offer holds if nothing else is said.
_LIFETIME = timedelta(hours=24)


class OfferCalls(AppServices):
    """Calls about offers."""

    def sign_offer(
        self,
        charge: Charge,
        *,
        min: Amount | None = None,
        max: Amount | None = None,
        expires: datetime | timedelta | None = _LIFETIME,
        max_quantity: int = 1,
        settlement_currency: Currency | str | None = None,
        return_url: str | None = None,
        cancel_url: str | None = None,
        reference: str | None = None,
        campaign: str | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> str:
        """Sign an offer, which a page carries to whoever wants to take it up.

        Nothing is kept and no provider is called; call it inside an app context. Any
        number of buyers may take it up until it expires. It can be read by everybody
        who sees the page, but not changed.

        :param min: the least of a free amount, in the charge's currency. The charge
            then has one line item, whose price is suggested.
        :param max: the most of a free amount; given together with ``min``.
        :param expires: when its price holds no longer, or after how long (a day); None
            for as long as the shop's ``SECRET_KEY`` is accepted.
        :param max_quantity: how many of a single line item may be bought at once.
        :param campaign: what a donation is for, at most 64 characters; see
            :meth:`campaign_total`.
        :param reference: and the others: as for ``create_checkout``.
        :raises InputError: naming what can't be accepted.
        """
        services = self._of_app()
        offer = make_offer(
            charge,
            services.basis.clock.now(),
            minimum=min,
            maximum=max,
            expires=expires,
            max_quantity=max_quantity,
            settlement_currency=settlement_currency,
            return_url=return_url,
            cancel_url=cancel_url,
            reference=reference,
            campaign=campaign,
            metadata=metadata if metadata is not None else {},
        )
        return sign_offer(current_app, offer)

    def open_offer(
        self,
        offer: str,
        *,
        key: str,
        amount: Decimal | int | str | None = None,
        quantity: int = 1,
    ) -> Checkout:
        """Make a checkout of a signed offer, as the kit's own route does.

        No provider is called and no money moves. It does not join a shared session.

        :param key: made by the page for one purchase (16 to 128 random letters and
            digits); the same key gives the same checkout.
        :param amount: how much, where the amount is free.
        :raises OfferRefused: if the offer is not ours, or does not allow that.
        :raises IdempotencyConflict: if the key was used for another choice.
        """
        wanted = None if amount is None else read_amount(amount)
        choice = Choice(read_offer(current_app, offer), wanted, quantity)
        return self._of_app().counter.open_offers([choice], key)

    def campaign_total(self, campaign: str, currency: Currency | str) -> Money:
        """What the paid checkouts of a campaign come to, in one currency.

        What other currencies have brought is not converted, and not in it.
        """
        if not isinstance(currency, Currency):
            currency = Currency.parse(currency)
        return self._of_app().counter.collected(campaign, currency)
