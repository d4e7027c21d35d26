"""What shops call to make, read and end payment links."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from checkout_kit.domain.charge import Charge
from checkout_kit.domain.currency import Currency
from checkout_kit.domain.money import Money
from checkout_kit.domain.payment_link import PaymentLink
from checkout_kit.extension.app_services import AppServices
from checkout_kit.extension.offer_terms import make_offer


class LinkCalls(AppServices):
    """Calls about payment links."""

    def create_link(
        self,
        charge: Charge,
        *,
        min: Money | Decimal | int | str | None = None,
        max: Money | Decimal | int | str | None = None,
        stock: int | None = None,
        expires: datetime | timedelta | None = None,
        settlement_currency: Currency | str | None = None,
        return_url: str | None = None,
        cancel_url: str | None = None,
        reference: str | None = None,
        campaign: str | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> PaymentLink:
        """Make a payment link; pass its ``url`` on to whoever is to pay.

        Each buyer gets a checkout of their own. No provider is called and no money
        moves. It is kept at once and does not join a shared session.

        :param stock: how many may be sold; None for any number. An open checkout holds
            one of it for ``CHECKOUT_KIT_PAYMENT_WINDOW``.
        :param expires: when it opens no more checkouts, or after how long.
        :param min: and the others: as for ``sign_offer``.
        :raises InputError: naming what can't be accepted.
        """
        services = self._of_app()
        now = services.basis.clock.now()
        offer = make_offer(
            charge,
            now,
            minimum=min,
            maximum=max,
            expires=expires,
            settlement_currency=settlement_currency,
            return_url=return_url,
            cancel_url=cancel_url,
            reference=reference,
            campaign=campaign,
            metadata=metadata if metadata is not None else {},
        )
        made = services.links.create(offer, stock, now)
        return services.counter.with_address(made)

    def get_link(self, link_id: str) -> PaymentLink:
        """Read a payment link, with what it has sold.

        :raises NotFoundError: if there is none with that id.
        """
        services = self._of_app()
        found = services.links.get(link_id, services.basis.clock.now())
        return services.counter.with_address(found)

    def list_links(self, *, limit: int = 50, offset: int = 0) -> Sequence[PaymentLink]:
        """Read a page of payment links, newest first; at most 250 at once."""
        services = self._of_app()
        now = services.basis.clock.now()
        found = services.links.list(now, limit=limit, offset=offset)
        return [services.counter.with_address(link) for link in found]

    def close_link(self, link_id: str) -> PaymentLink:
        """End a payment link; what was opened by it can still be paid.

        :raises NotFoundError: if there is none with that id.
        """
        services = self._of_app()
        closed = services.links.close(link_id, services.basis.clock.now())
        return services.counter.with_address(closed)
