"""What shops call to make, read and end checkouts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from checkout_kit.domain.charge import Charge
from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.currency import Currency
from checkout_kit.extension.app_services import AppServices, addressed
from checkout_kit.services.checkout_request import CheckoutRequest


class CheckoutCalls(AppServices):
    """Calls about checkouts."""

    def create_checkout(
        self,
        charge: Charge,
        *,
        settlement_currency: Currency | str | None = None,
        return_url: str | None = None,
        cancel_url: str | None = None,
        reference: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        webhook_url: str | None = None,
        customer: Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
    ) -> Checkout:
        """Make a checkout; send the buyer to its ``url``.

        No provider is called and no money moves. With a shared session it becomes real
        with the shop's own commit.

        :param settlement_currency: what the merchant is credited in; the charge's
            currency if not given.
        :param return_url: where the page links to once it is paid (http or https).
        :param cancel_url: where the page links to from a cancelled checkout.
        :param reference: the shop's own id of the order, at most 200 characters.
        :param metadata: JSON values of the shop's own, handed back with every event.
        :param webhook_url: told of the payment, signed with
            ``CHECKOUT_KIT_WEBHOOK_SECRET``; public and https.
        :param customer: ``{"id": …}`` of one of the kit's customers, or details of the
            shop's own, which are only kept.
        :param idempotency_key: the same key gives the same checkout.
        :raises InputError: naming what can't be accepted; nothing is changed.
        :raises IdempotencyConflict: if the key was used for another request.
        """
        if settlement_currency is not None and not isinstance(
            settlement_currency, Currency
        ):
            settlement_currency = Currency.parse(
                settlement_currency, field_name="settlementCurrency"
            )
        request = CheckoutRequest(
            charge=charge,
            settlement_currency=settlement_currency,
            return_url=return_url,
            cancel_url=cancel_url,
            webhook_url=webhook_url,
            reference=reference,
            metadata=metadata if metadata is not None else {},
            customer=customer if customer is not None else {},
            idempotency_key=idempotency_key,
        )
        services = self._of_app()
        if webhook_url is not None:
            services.outgoing.check_webhook("webhook", webhook_url)
        now = services.basis.clock.now()
        return addressed(services, services.shop_checkouts.create(request, now))

    def get_checkout(self, checkout_id: str) -> Checkout:
        """Read a checkout, its state derived afresh.

        :raises NotFoundError: if there is none with that id.
        """
        services = self._of_app()
        now = services.basis.clock.now()
        return addressed(services, services.shop_checkouts.get(checkout_id, now))

    def list_checkouts(self, *, limit: int = 50, offset: int = 0) -> Sequence[Checkout]:
        """Read a page of checkouts, newest first; at most 250 at once."""
        services = self._of_app()
        now = services.basis.clock.now()
        found = services.checkouts.list(now, limit=limit, offset=offset)
        return [addressed(services, checkout) for checkout in found]

    def cancel_checkout(self, checkout_id: str, *, actor: str = "shop") -> Checkout:
        """Stop offering a checkout; money that comes after it counts, as late.

        :raises InvalidTransition: if money was seen for it.
        """
        services = self._of_app()
        now = services.basis.clock.now()
        return addressed(
            services, services.shop_checkouts.cancel(checkout_id, actor, now)
        )

    def resolve_checkout(
        self, checkout_id: str, *, actor: str = "shop", accepted: bool = False
    ) -> Checkout:
        """Mark a checkout as needing no further care, until its payments change.

        :param accepted: take what was paid as enough; the checkout is paid then.
        :raises InvalidTransition: if nothing was paid for it yet.
        """
        services = self._of_app()
        checkout = services.shop_checkouts.resolve(
            checkout_id, actor, services.basis.clock.now(), accepted=accepted
        )
        return addressed(services, checkout)
