"""Payment links: made, ended, and turned into checkouts without selling one twice."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.identifiers import check_id
from checkout_kit.domain.offer import Choice, Offer
from checkout_kit.domain.payment_link import PaymentLink
from checkout_kit.errors import InputError, NotFoundError
from checkout_kit.services.basis import Basis
from checkout_kit.services.checkouts import Checkouts
from checkout_kit.services.offers import offer_request
from checkout_kit.services.ports import UnitOfWork


class Links:
    """Looks after payment links, in one transaction each."""

    def __init__(self, basis: Basis, checkouts: Checkouts) -> None:
        self._units = basis.units
        self._policy = basis.policy
        self._checkouts = checkouts

    def create(self, offer: Offer, stock: int | None, now: datetime) -> PaymentLink:
        """Make a link; no provider is called.

        :raises InputError: naming what can't be accepted.
        """
        if offer.expires_at is not None and offer.expires_at <= now:
            raise InputError("expires", "must be after now")
        link = PaymentLink(
            id=secrets.token_hex(16),
            token=secrets.token_hex(16),
            store_id=self._policy.store_id,
            offer=offer,
            stock=stock,
            created_at=now,
        )
        with self._units.write() as unit:
            unit.links.add(link)
            unit.commit()
        return link

    def close(self, link_id: str, now: datetime) -> PaymentLink:
        """End a link; what was opened by it can still be paid. Twice changes nothing.

        :raises NotFoundError: if this store has none with that id.
        """
        check_id("link", link_id)
        with self._units.write() as unit:
            link = unit.links.lock(self._policy.store_id, link_id)
            if link is None:
                raise NotFoundError("link", link_id)
            if link.closed_at is None:
                link = replace(link, closed_at=now)
                unit.links.save_closed(link)
            counted = self._counted(unit, [link], now)
            unit.commit()
        return counted[0]

    def get(self, link_id: str, now: datetime) -> PaymentLink:
        """Read a link with what it has sold.

        :raises NotFoundError: if this store has none with that id.
        """
        check_id("link", link_id)
        with self._units.read() as unit:
            link = unit.links.get(self._policy.store_id, link_id)
            return self._one(unit, link, now, link_id)

    def get_by_token(self, token: str, now: datetime) -> PaymentLink:
        """Read a link by its address.

        :raises NotFoundError: if it is nobody's.
        """
        with self._units.read() as unit:
            return self._one(unit, unit.links.find_by_token(token), now, "…")

    def list(self, now: datetime, *, limit: int, offset: int) -> Sequence[PaymentLink]:
        """Read a page of links, newest first."""
        if not 1 <= limit <= 250 or offset < 0:
            raise InputError("limit", "must be from 1 to 250, offset at least 0")
        with self._units.read() as unit:
            links = unit.links.list(self._policy.store_id, limit=limit, offset=offset)
            return self._counted(unit, links, now)

    def open(
        self, token: str, amount: Decimal | None, key: str, now: datetime
    ) -> Checkout:
        """Make a checkout of a link; with a stock it holds one unit of it.

        Whoever counts holds the link's lock, so that the last unit goes to one buyer.

        :raises OfferRefused: if the link is closed, expired or sold out, or the amount
            not within its bounds.
        :raises IdempotencyConflict: if the key was used for another choice.
        """
        with self._units.together() as unit:
            found = unit.links.find_by_token(token)
            link = unit.links.lock(found.store_id, found.id) if found else None
            if link is None:
                raise NotFoundError("link", "…")
            request = offer_request([Choice(link.offer, amount)], key, now)
            request = replace(request, link_id=link.id, window=self._window(link))
            known = unit.checkouts.find_key(
                link.store_id, request.idempotency_key or ""
            )
            # Who clicks twice on the last one has it already.
            if known is None:
                self._counted(unit, [link], now)[0].check(now)
            checkout = self._checkouts.create(request, now)
            unit.commit()
        return checkout

    def _window(self, link: PaymentLink) -> timedelta | None:
        """How long a checkout offers to pay: what holds a unit does not do so long."""
        if link.stock is None:
            return None
        return min(self._policy.payment_window, self._policy.checkout_window)

    def _one(
        self, unit: UnitOfWork, link: PaymentLink | None, now: datetime, named: str
    ) -> PaymentLink:
        if link is None:
            raise NotFoundError("link", named)
        return self._counted(unit, [link], now)[0]

    def _counted(
        self, unit: UnitOfWork, links: Sequence[PaymentLink], now: datetime
    ) -> Sequence[PaymentLink]:
        counts = unit.links.count(
            [link.id for link in links],
            now,
            # A payment that is on its way when time is over may be seen until then.
            settled_before=now - self._policy.payment_window,
        )
        return [
            replace(link, sold=sold, held=held)
            for link in links
            for sold, held in [counts.get(link.id, (0, 0))]
        ]
