"""Quoting: what paying costs by each method, from all providers side by side."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from checkout_kit.domain.charge import Charge
from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.currency import Currency
from checkout_kit.domain.money import Money
from checkout_kit.domain.quote import PaymentMethod, Quote
from checkout_kit.errors import CheckoutKitError
from checkout_kit.services.basis import Basis

logger = logging.getLogger("checkout_kit.services")


class Quoting:
    """Asks providers for quotes and keeps them while they live.

    A provider that fails, hangs or talks rubbish is left out; it breaks nothing else.
    """

    def __init__(self, basis: Basis) -> None:
        self._units = basis.units
        self._providers = basis.providers
        self._policy = basis.policy
        self._clock = basis.clock

    def list_quotes(self, checkout: Checkout) -> Sequence[Quote]:
        """Quote what is due by every method, asking only where no quote lives.

        Calls all providers at once, under one deadline. Moves no money.

        :return: in the order in which the config lists the providers.
        """
        due = checkout.amount_due
        if due.amount <= 0:
            return []
        now = self._clock.now()
        with self._units.read() as unit:
            live = unit.quotes.live(checkout.id, due, now)
        known = {quote.method.provider for quote in live}
        missing = [p for p in self._providers.payment_providers if p not in known]
        fresh = self._ask_missing(checkout, missing) if missing else {}
        order = {name: n for n, name in enumerate(self._providers.payment_providers)}
        quotes = [*live, *(quote for quotes in fresh.values() for quote in quotes)]
        return sorted(
            (quote for quote in quotes if quote.method.provider in order),
            key=lambda quote: order[quote.method.provider],
        )

    def list_methods(self, currency: Currency) -> Sequence[PaymentMethod]:
        """Ask all providers at once by which methods a charge could be paid.

        :return: in the order in which the config lists the providers.
        """
        providers = self._providers.payment_providers
        deadline = time.monotonic() + self._policy.provider_deadline
        methods = self._methods(providers, currency, deadline)
        return [m for provider in providers for m in methods.get(provider, ())]

    def quote_charge(self, charge: Charge, asset: Currency) -> Sequence[Quote]:
        """Ask what paying a charge of no checkout in an asset would cost.

        Calls all providers at once, under one deadline. Nothing is kept of it.
        """
        found = self._ask(charge, charge.total, charge.currency, asset=asset)
        return [quote for quotes in found.values() for quote in quotes]

    def _methods(
        self, providers: Sequence[str], currency: Currency, deadline: float
    ) -> Mapping[str, Sequence[PaymentMethod]]:
        return self._side_by_side(
            providers,
            deadline,
            lambda provider: self._providers.start(
                provider, "list_payment_methods", currency=currency
            ),
        )

    def _ask_missing(
        self, checkout: Checkout, providers: Sequence[str]
    ) -> Mapping[str, Sequence[Quote]]:
        return self._ask(
            checkout.charge,
            checkout.amount_due,
            checkout.settlement_currency,
            providers=providers,
            keep=lambda provider, quotes: self._keep(checkout, provider, quotes),
        )

    def _ask(
        self,
        charge: Charge,
        due: Money,
        settlement_currency: Currency,
        *,
        providers: Sequence[str] | None = None,
        asset: Currency | None = None,
        keep: Callable[[str, Sequence[Quote]], Sequence[Quote]] | None = None,
    ) -> Mapping[str, Sequence[Quote]]:
        """Ask providers, by default all, for quotes by their methods.

        :param asset: leave out methods that pay in another one.
        """
        # One who is slow to say what he offers must not use up the others' time to
        # quote: half of it is for the methods, the rest for the quotes.
        halfway = time.monotonic() + self._policy.provider_deadline / 2
        deadline = halfway + self._policy.provider_deadline / 2
        asked = self._providers.payment_providers if providers is None else providers
        methods = {
            provider: [m for m in found if asset is None or m.currency == asset]
            for provider, found in self._methods(
                asked, charge.currency, halfway
            ).items()
        }
        return self._side_by_side(
            [provider for provider in methods if methods[provider]],
            deadline,
            lambda provider: self._providers.start(
                provider,
                "quote_price",
                then=None if keep is None else partial(keep, provider),
                charge=charge,
                payment_methods=methods[provider],
                amount_due=due,
                settlement_currency=settlement_currency,
            ),
        )

    def _keep(
        self, checkout: Checkout, provider: str, quotes: Sequence[Quote]
    ) -> Sequence[Quote]:
        """Store what a provider quoted; on its own thread, even if nobody waits."""
        now = self._clock.now()
        until = now + self._policy.quote_lifetime
        kept = [
            replace(quote, expires_at=quote.expires_at or until)
            for quote in quotes
            if quote.expires_at is None or quote.expires_at > now
        ]
        with self._units.write() as unit:
            # Two tabs may have asked at once: one after the other replaces the rows.
            unit.checkouts.lock(checkout.id, now)
            unit.quotes.replace(checkout.store_id, checkout.id, provider, kept)
            unit.commit()
        return kept

    def _side_by_side(
        self,
        providers: Sequence[str],
        deadline: float,
        start: Callable[[str], Any],
    ) -> dict[str, Any]:
        """Call several providers at once; whoever fails is missing in the result."""
        calls = {}
        answers = {}
        for provider in providers:
            try:
                calls[provider] = start(provider)
            except CheckoutKitError as err:
                logger.warning("quoting: %s", err)
        for provider, call in calls.items():
            try:
                answers[provider] = call.wait(deadline - time.monotonic())
            except CheckoutKitError as err:
                logger.warning("quoting: %s", err)
        return answers
