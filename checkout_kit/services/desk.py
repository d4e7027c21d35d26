"""The desk: what the hosted page and the webhook address ask for, by token."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.invoice import Invoice
from checkout_kit.domain.proof import Proof
from checkout_kit.domain.quote import Quote
from checkout_kit.domain.webhook import WebhookRequest
from checkout_kit.errors import InvalidTransition, NotFoundError
from checkout_kit.services.basis import Basis
from checkout_kit.services.checkouts import Checkouts
from checkout_kit.services.delivering import Delivering
from checkout_kit.services.invoicing import Invoicing
from checkout_kit.services.quoting import Quoting
from checkout_kit.services.schedule import PAGE_INTERVAL
from checkout_kit.services.webhooks import WebhookInbox


class CheckoutDesk:
    """Serves buyers; a token grants to view, choose and cancel, nothing else."""

    def __init__(
        self,
        basis: Basis,
        checkouts: Checkouts,
        quoting: Quoting,
        invoicing: Invoicing,
        delivering: Delivering,
    ) -> None:
        self._basis = basis
        self._checkouts = checkouts
        self._quoting = quoting
        self._invoicing = invoicing
        self._delivering = delivering
        self._inbox = WebhookInbox(basis)

    def is_fresh(self, token: str, version: int, *, for_page: bool) -> bool:
        """Whether what was made of a checkout at a version can be shown as it is.

        It can't if anything changed, or if there is something to do for the checkout
        that :meth:`open_page` or :meth:`read_status` would do now.
        """
        now = self._now
        return self._basis.units.is_fresh(
            token,
            version,
            now,
            not_checked_since=now - PAGE_INTERVAL,
            is_delivered=for_page,
        )

    def open_page(self, token: str) -> Checkout:
        """Read a checkout to show its page; first delivers what is due for it.

        :raises NotFoundError: if the token is nobody's.
        """
        checkout, is_stale, has_events = self._read(token, for_page=True)
        if has_events:
            self._delivering.deliver_due(checkout_id=checkout.id)
        if is_stale:
            self._look_again(checkout)
        return checkout

    def read_status(self, token: str) -> Checkout:
        """Read a checkout for the page's poll; makes a check of it due.

        :raises NotFoundError: if the token is nobody's.
        """
        checkout, is_stale, _ = self._read(token, for_page=False)
        if is_stale:
            self._look_again(checkout)
        return checkout

    def list_quotes(self, checkout: Checkout) -> Sequence[Quote]:
        """Ask every provider what paying costs, under a deadline; may be empty."""
        return self._quoting.list_quotes(checkout)

    def choose_method(self, token: str, method_id: str) -> Checkout:
        """Make the invoice for one method.

        :raises MethodUnavailable: if the method is not offered at present.
        :raises QuoteExpired: if it has to be quoted anew.
        :raises InvalidTransition: if nothing is to be paid any more.
        """
        checkout = self._checkouts.get_by_token(token, self._now)
        self._invoicing.commit(checkout, method_id)
        return self._checkouts.get_by_token(token, self._now)

    def cancel(self, token: str) -> Checkout:
        """Cancel a checkout at the buyer's wish.

        :raises InvalidTransition: if money was seen already.
        """
        checkout = self._checkouts.get_by_token(token, self._now)
        return self._checkouts.cancel(checkout.id, "buyer", self._now)

    def simulate(self, token: str, scenario: str) -> None:
        """Let the provider's simulator pay the newest invoice; test mode only.

        :raises InvalidTransition: if the invoice is of a real provider.
        :raises NotSupported: if the scenario makes no sense for its method.
        """
        checkout = self._checkouts.get_by_token(token, self._now)
        invoice = checkout.invoice
        if invoice is None or not invoice.method.is_test:
            raise InvalidTransition(
                "simulate a payment for", checkout.state.value, "it is not in test mode"
            )
        self._call(invoice, "simulate_payment", scenario=scenario)
        with self._basis.units.write() as unit:
            unit.invoices.make_due(self._now, checkout_id=checkout.id)
            unit.commit()

    def submit_proof(self, token: str, proof: Proof) -> None:
        """Hand a proof of payment on to the provider; nothing of it is kept here.

        :raises InvalidTransition: if no invoice wants one.
        :raises ProviderError: if the provider did not take it.
        """
        checkout = self._checkouts.get_by_token(token, self._now)
        invoice = checkout.unproven_invoice
        if invoice is None:
            raise InvalidTransition(
                "prove a payment of", checkout.state.value, "no proof is wanted"
            )
        self._call(invoice, "submit_proof", proof=proof)
        with self._basis.units.write() as unit:
            unit.invoices.make_due(self._now, invoice_ids=[invoice.id])
            unit.commit()

    def receive_webhook(self, provider: str, request: WebhookRequest) -> None:
        """Take in a provider's webhook.

        :raises NotFoundError: if no such provider is enabled.
        :raises WebhookRefused: if it is not genuine.
        """
        self._inbox.receive(provider, request)

    @property
    def _now(self) -> datetime:
        return self._basis.clock.now()

    def _call(self, invoice: Invoice, hook: str, **arguments: Any) -> None:
        self._basis.providers.call(
            invoice.provider,
            hook,
            deadline=self._basis.policy.provider_deadline,
            invoice=invoice,
            **arguments,
        )

    def _read(self, token: str, *, for_page: bool) -> tuple[Checkout, bool, bool]:
        """Read a checkout in one transaction with all that may be due for it.

        Most views and polls find nothing due, and then write nothing.

        :return: with it, whether an invoice is to be looked at again, and whether an
            event waits for its subscribers, which a page delivers first.
        """
        now = self._now
        with self._basis.units.read() as unit:
            checkout = unit.checkouts.find_by_token(token, now)
            if checkout is None:
                raise NotFoundError("checkout", "…")
            is_stale = bool(checkout.invoices) and unit.invoices.can_make_due(
                checkout.id, now, not_checked_since=now - PAGE_INTERVAL
            )
            has_events = for_page and unit.events.is_due(checkout.id, now)
            return checkout, is_stale, has_events

    def _look_again(self, checkout: Checkout) -> None:
        """Have the checkout's invoices looked at, since somebody waits for them."""
        now = self._now
        with self._basis.units.write() as unit:
            unit.invoices.make_due(
                now, checkout_id=checkout.id, not_checked_since=now - PAGE_INTERVAL
            )
            unit.commit()
