"""Invoicing: from the buyer's choice to a provider's invoice, whatever crashes."""

from __future__ import annotations

import logging
import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.invoice import (
    MAX_INVOICES,
    Invoice,
    InvoiceStatus,
    ProviderInvoice,
)
from checkout_kit.domain.quote import Quote
from checkout_kit.domain.states import CheckoutState
from checkout_kit.errors import (
    CheckoutKitError,
    InvalidTransition,
    MethodUnavailable,
    NotFoundError,
    ProviderRefused,
    QuoteExpired,
)
from checkout_kit.services.announcing import Announcer, invoice_data
from checkout_kit.services.basis import Basis
from checkout_kit.services.customers import introduced
from checkout_kit.services.instructions import check_amount, check_expiry, completed
from checkout_kit.services.operations import StoredOperation
from checkout_kit.services.ports import UnitOfWork
from checkout_kit.services.quoting import Quoting
from checkout_kit.services.schedule import after_failure, next_check

logger = logging.getLogger("checkout_kit.services")


class Invoicing:
    """Makes invoices: the intent is written first, then the provider is called.

    What a crash or a lost answer cut off is repeated with the same operation key.
    """

    def __init__(self, basis: Basis, quoting: Quoting, announcer: Announcer) -> None:
        self._units = basis.units
        self._providers = basis.providers
        self._policy = basis.policy
        self._clock = basis.clock
        self._quoting = quoting
        self._announcer = announcer

    def commit(self, checkout: Checkout, method_id: str) -> Invoice:
        """Make the invoice for a method that the buyer chose.

        Choosing the same method twice gives the same invoice while it can be paid. If
        the provider's answer takes too long the invoice is returned as ``INTENDED``.
        Moves no money.

        :raises MethodUnavailable: if the method is not offered for this checkout.
        :raises QuoteExpired: if the price has to be asked for anew.
        :raises InvalidTransition: if the checkout is paid, cancelled or over.
        """
        standing = self._standing(checkout, method_id)
        if standing is not None:
            return standing
        self._check_open(checkout, self._clock.now())
        quote = next(
            (
                quote
                for quote in self._quoting.list_quotes(checkout)
                if quote.method.id == method_id
            ),
            None,
        )
        if quote is None:
            raise MethodUnavailable(method_id, "it is not offered for this checkout")
        invoice, used = self._intend(checkout, quote)
        if used is None:
            return invoice
        return self._make(checkout, invoice, used, self._policy.provider_deadline)

    def resume_due(self, now: datetime, *, limit: int = 20) -> int:
        """Repeat what a crash or a lost answer cut off, with the same keys."""
        with self._units.write() as unit:
            claimed = unit.invoices.claim_due(
                now,
                status=InvoiceStatus.INTENDED,
                limit=limit,
                seconds=int(self._policy.worker_deadline) + 30,
            )
            unit.commit()
        for invoice in claimed:
            with self._units.read() as unit:
                checkout = unit.checkouts.find_by_id(invoice.checkout_id, now)
            if checkout is None:
                continue
            quote = Quote(
                method=invoice.method,
                covers=invoice.covers,
                amount=invoice.amount,
                is_firm=invoice.is_firm,
                reference=invoice.quote_reference,
            )
            try:
                self._make(checkout, invoice, quote, self._policy.worker_deadline)
            # The buyer is not there any more; what is left is in the invoice's row.
            except CheckoutKitError as err:
                logger.warning("resuming an invoice: %s", err)
        return len(claimed)

    def _standing(self, checkout: Checkout, method_id: str) -> Invoice | None:
        """The newest invoice, if it is for this method and still right to pay."""
        invoice = checkout.invoice
        if (
            invoice is not None
            and invoice.method.id == method_id
            and invoice.expires_at > self._clock.now()
            and invoice.covers == checkout.amount_due
            and checkout.cancelled_at is None
            and not checkout.is_paid
        ):
            return invoice
        return None

    def _check_open(self, checkout: Checkout, now: datetime) -> None:
        state = checkout.state
        if checkout.is_paid or checkout.amount_due.amount <= 0:
            raise InvalidTransition("pay", state.value, "nothing is due any more")
        if checkout.cancelled_at is not None:
            raise InvalidTransition("pay", state.value, "it was cancelled")
        over = now >= checkout.expires_at
        if over and state in (CheckoutState.EXPIRED, CheckoutState.NEW_CHARGE):
            raise InvalidTransition("pay", state.value, "its time is over")
        made = [i for i in checkout.invoices if i.status is not InvoiceStatus.FAILED]
        if len(made) >= MAX_INVOICES:
            raise InvalidTransition(
                "pay", state.value, f"{MAX_INVOICES} payment attempts were made already"
            )

    def _intend(self, checkout: Checkout, quote: Quote) -> tuple[Invoice, Quote | None]:
        """Write down that an invoice is about to be made, and use its quote up.

        :return: no quote if the invoice was there before.
        """
        with self._units.write() as unit:
            now = self._clock.now()
            fresh = unit.checkouts.lock(checkout.id, now)
            if fresh is None:
                raise NotFoundError("checkout", checkout.id)
            # Somebody else may have been faster, in another tab or by a double click.
            standing = self._standing(fresh, quote.method.id)
            if standing is not None:
                return standing, None
            self._check_open(fresh, now)
            live = unit.quotes.live(fresh.id, fresh.amount_due, now)
            quote_now = next((q for q in live if q.method.id == quote.method.id), None)
            if quote_now is None:
                # Too old by now, or used up for another method in another tab.
                raise QuoteExpired(quote.method.id)
            quote = quote_now
            invoice_id = secrets.token_hex(16)
            invoice = Invoice(
                id=invoice_id,
                checkout_id=fresh.id,
                method=quote.method,
                operation_key=f"invoice:{invoice_id}",
                covers=quote.covers,
                amount=quote.amount,
                status=InvoiceStatus.INTENDED,
                created_at=now,
                expires_at=now + self._policy.payment_window,
                quote_reference=quote.reference,
                is_firm=quote.is_firm,
            )
            unit.invoices.add(
                invoice,
                store_id=fresh.store_id,
                # The sweeper comes when the call below can't be under way any more.
                next_check_at=now
                + timedelta(seconds=2 * self._policy.provider_deadline),
            )
            # A quote is used up by its invoice, and so are its siblings: they may stand
            # for the same thing at the provider.
            unit.quotes.remove(fresh.id, quote.method.provider)
            self._announcer.announce(unit, fresh.id, now)
            unit.commit()
            return invoice, quote

    def _make(
        self, checkout: Checkout, invoice: Invoice, quote: Quote, deadline: float
    ) -> Invoice:
        operation = StoredOperation(invoice.operation_key, self._units, self._clock)
        try:
            made: Invoice = self._providers.call(
                invoice.provider,
                "create_invoice",
                deadline=deadline,
                then=lambda answer: self._open(invoice, answer),
                checkout=introduced(self._units, checkout),
                quote=quote,
                operation=operation,
            )
            return made
        except (QuoteExpired, ProviderRefused, MethodUnavailable) as err:
            self._fail(invoice, str(err))
            if isinstance(err, ProviderRefused):
                raise MethodUnavailable(
                    invoice.method.id, "the provider refused it"
                ) from err
            raise
        except CheckoutKitError as err:
            # Whether the provider acted is unknown: the same key is tried again.
            return self._postpone(invoice, str(err))
        # An answer that can't be recorded must not hold up all other invoices.
        except Exception as err:
            logger.exception("recording the invoice %s", invoice.id)
            problem = f"the answer could not be recorded: {type(err).__name__}"
            return self._postpone(invoice, problem)

    def _open(self, invoice: Invoice, answer: ProviderInvoice) -> Invoice:
        """Record what the provider made; on its own thread, even if nobody waits."""
        check_amount(invoice, answer, self._policy.largest_deviation)
        check_expiry(invoice, answer)
        instructions = completed(invoice, answer.instructions)
        with self._units.write() as unit:
            now = self._clock.now()
            checkout = unit.checkouts.lock(invoice.checkout_id, now)
            current = unit.invoices.get(invoice.id)
            if checkout is None or current is None:
                raise NotFoundError("invoice", invoice.id)
            if current.status is InvoiceStatus.OPEN:
                if current.reference != answer.reference:
                    logger.error(
                        "%s made two invoices for one key: %s is kept, %s is not",
                        invoice.provider,
                        current.reference,
                        answer.reference,
                    )
                return current
            known = unit.invoices.by_references(invoice.provider, [answer.reference])
            if known:
                # Asked again it would answer the same: the buyer has to choose anew.
                raise ProviderRefused(
                    invoice.provider, "create_invoice answered another invoice's id"
                )
            opened = replace(
                current,
                status=InvoiceStatus.OPEN,
                amount=answer.amount,
                reference=answer.reference,
                instructions=instructions,
                redirect_url=answer.redirect_url,
                expires_at=answer.expires_at
                or current.created_at + self._policy.payment_window,
                provider_data=answer.provider_data,
            )
            unit.invoices.save(
                opened, next_check_at=next_check(opened, now, self._policy)
            )
            announced = self._announcer.announce(unit, invoice.checkout_id, now)
            self._announcer.note(
                unit, announced, "invoice.created", now, **invoice_data(opened)
            )
            unit.commit()
            return opened

    def _fail(self, invoice: Invoice, problem: str) -> None:
        with self._units.write() as unit:
            now = self._clock.now()
            if self._is_intended(unit, invoice, now):
                unit.invoices.fail(invoice.id, problem)
                self._announcer.announce(unit, invoice.checkout_id, now)
                unit.commit()

    def _postpone(self, invoice: Invoice, problem: str) -> Invoice:
        logger.warning("making an invoice: %s", problem)
        with self._units.write() as unit:
            now = self._clock.now()
            if not self._is_intended(unit, invoice, now):
                current = unit.invoices.get(invoice.id)
                return current or invoice
            if now >= invoice.created_at + self._policy.payment_window:
                unit.invoices.fail(invoice.id, f"given up: {problem}")
                self._announcer.announce(unit, invoice.checkout_id, now)
            else:
                failures = unit.invoices.failures(invoice.id)
                unit.invoices.schedule(
                    invoice.id,
                    next_check_at=after_failure(now, failures),
                    failures=failures + 1,
                )
            unit.commit()
        return invoice

    def _is_intended(self, unit: UnitOfWork, invoice: Invoice, now: datetime) -> bool:
        unit.checkouts.lock(invoice.checkout_id, now)
        current = unit.invoices.get(invoice.id)
        return current is not None and current.status is InvoiceStatus.INTENDED
