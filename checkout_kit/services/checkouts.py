"""Checkouts: made, read, cancelled and resolved; none of it calls a provider."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from checkout_kit.domain.charge import check_text
from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.identifiers import check_id
from checkout_kit.domain.states import (
    CheckoutFacts,
    CheckoutState,
    ResolveMark,
    derive_status,
)
from checkout_kit.errors import (
    DatabaseBusy,
    IdempotencyConflict,
    InputError,
    InvalidTransition,
    NotFoundError,
)
from checkout_kit.services.announcing import Announcer
from checkout_kit.services.basis import Basis
from checkout_kit.services.checkout_request import CheckoutRequest
from checkout_kit.services.ports import UnitOfWork

logger = logging.getLogger("checkout_kit.services")


class Checkouts:
    """Makes and changes checkouts, in one transaction each."""

    def __init__(
        self, basis: Basis, announcer: Announcer, *, api_key_id: str | None = None
    ) -> None:
        self._api_key_id = api_key_id
        self._units = basis.units
        self._policy = basis.policy
        self._announcer = announcer

    def create(self, request: CheckoutRequest, now: datetime) -> Checkout:
        """Make a checkout; no provider is called, no money moves.

        On a shop's own session it becomes real with the shop's commit.

        :raises IdempotencyConflict: if the key was used for another request.
        """
        # Ahead of the transaction, which others wait for.
        checkout = self._new(request, now)
        fingerprint = request.fingerprint if request.idempotency_key else None
        with self._units.join() as unit:
            self._check_customer(unit, request)
            is_new = unit.checkouts.add(
                checkout,
                idempotency_key=request.idempotency_key,
                fingerprint=fingerprint,
            )
            if not is_new:
                return self._known(unit, request, now)
            self._announcer.note(unit, checkout, "checkout.created", now)
            unit.commit()
            return checkout

    def _check_customer(self, unit: UnitOfWork, request: CheckoutRequest) -> None:
        """Refuse a customer that is named by an id alone, and is none of this store."""
        if set(request.customer) != {"id"}:
            # Details of the shop's own, which the kit only keeps.
            return
        customer_id = request.customer["id"]
        try:
            found = unit.customers.get(
                self._policy.store_id, check_id("customer", customer_id)
            )
        except NotFoundError:
            found = None
        if found is None:
            raise InputError("charge.customerId", "is not the id of a customer")

    def _known(
        self, unit: UnitOfWork, request: CheckoutRequest, now: datetime
    ) -> Checkout:
        key = request.idempotency_key or ""
        found = unit.checkouts.find_key(self._policy.store_id, key)
        if found is None or found[1] != request.fingerprint:
            raise IdempotencyConflict(key)
        checkout = unit.checkouts.get(self._policy.store_id, found[0], now)
        if checkout is None:
            raise NotFoundError("checkout", found[0])
        return checkout

    def _new(self, request: CheckoutRequest, now: datetime) -> Checkout:
        facts = CheckoutFacts(
            total=request.charge.total,
            tolerance=self._policy.underpayment_tolerance,
            expires_at=now + (request.window or self._policy.checkout_window),
            invoices=(),
        )
        return Checkout(
            id=secrets.token_hex(16),
            token=secrets.token_hex(16),
            store_id=self._policy.store_id,
            charge=request.charge,
            settlement_currency=request.settlement_currency or request.charge.currency,
            created_at=now,
            expires_at=facts.expires_at,
            tolerance=facts.tolerance,
            status=derive_status(facts, now),
            reference=request.reference,
            return_url=request.return_url,
            cancel_url=request.cancel_url,
            webhook_url=request.webhook_url,
            api_key_id=self._api_key_id,
            customer=dict(request.customer),
            metadata=dict(request.metadata),
            is_hosted=request.is_hosted,
            campaign=request.campaign,
            link_id=request.link_id,
        )

    def get(self, checkout_id: str, now: datetime) -> Checkout:
        """Read a checkout by its id, its state derived afresh.

        :raises NotFoundError: if this store has none with that id.
        """
        check_id("checkout", checkout_id)
        with self._units.join(write=False) as unit:
            checkout = unit.checkouts.get(self._policy.store_id, checkout_id, now)
        if checkout is None:
            raise NotFoundError("checkout", checkout_id)
        return checkout

    def get_by_token(self, token: str, now: datetime) -> Checkout:
        """Read a checkout by the token of its page.

        :raises NotFoundError: without naming the token.
        """
        with self._units.read() as unit:
            checkout = unit.checkouts.find_by_token(token, now)
        if checkout is None:
            raise NotFoundError("checkout", "…")
        return checkout

    def list(self, now: datetime, *, limit: int, offset: int) -> Sequence[Checkout]:
        """Read a page of this store's checkouts, newest first."""
        if not 1 <= limit <= 250 or offset < 0:
            raise InputError("limit", "must be from 1 to 250, offset at least 0")
        with self._units.read() as unit:
            return unit.checkouts.list(
                self._policy.store_id, now, limit=limit, offset=offset
            )

    def count(self) -> int:
        """How many checkouts this store has."""
        with self._units.read() as unit:
            return unit.checkouts.count(self._policy.store_id)

    def cancel(self, checkout_id: str, actor: str, now: datetime) -> Checkout:
        """Stop offering a checkout.

        Its invoices stay watched, and money that comes after it is late.

        Cancelling twice changes nothing.

        :raises InvalidTransition: if money was seen, or the checkout is over.
        """
        with self._units.join() as unit:
            checkout = self._locked(unit, checkout_id, now)
            if checkout.cancelled_at is not None:
                return checkout
            if checkout.state not in (CheckoutState.NEW_CHARGE, CheckoutState.EXPIRED):
                raise InvalidTransition(
                    "cancel", checkout.state.value, "money was seen for it"
                )
            unit.checkouts.save_marks(replace(checkout, cancelled_at=now))
            cancelled = self._announcer.announce(unit, checkout.id, now)
            self._announcer.note(
                unit, cancelled, "checkout.cancelled", now, actor=actor
            )
            unit.commit()
            return cancelled

    def resolve(
        self, checkout_id: str, actor: str, now: datetime, *, accepted: bool
    ) -> Checkout:
        """Mark a checkout as needing no further care; moves no money.

        :param accepted: take what was paid as enough, so that the checkout is paid.
        :raises InvalidTransition: if nothing was paid that could be resolved.
        """
        check_text("actor", actor, maximum=200)
        with self._units.join() as unit:
            checkout = self._locked(unit, checkout_id, now)
            status = checkout.status
            if not any(invoice.payments for invoice in checkout.invoices):
                raise InvalidTransition(
                    "resolve", status.state.value, "nothing was paid for it yet"
                )
            if accepted and status.confirmed_credit <= 0:
                raise InvalidTransition(
                    "accept", status.state.value, "no payment for it is confirmed"
                )
            mark = ResolveMark(
                actor=actor,
                at=now,
                accepted=accepted,
                confirmed_credit=status.confirmed_credit,
                detected_credit=status.detected_credit,
            )
            unit.checkouts.save_marks(replace(checkout, resolve_mark=mark))
            resolved = self._announcer.announce(unit, checkout.id, now)
            self._announcer.note(
                unit, resolved, "checkout.resolved", now, actor=actor, accepted=accepted
            )
            unit.commit()
            return resolved

    def let_time_pass(self, now: datetime, *, limit: int = 200) -> int:
        """Announce what time alone has changed, each checkout by itself."""
        with self._units.read() as unit:
            due = unit.checkouts.due_for_change(now, limit=limit)
        aged = 0
        for checkout_id in due:
            try:
                self._age(checkout_id, now)
                aged += 1
            except DatabaseBusy:
                raise
            # One checkout that can't be announced must not keep the others waiting.
            except Exception:
                logger.exception("letting time pass for the checkout %s", checkout_id)
        return aged

    def _age(self, checkout_id: str, now: datetime) -> None:
        with self._units.write() as unit:
            if unit.checkouts.lock(checkout_id, now) is not None:
                self._announcer.announce(unit, checkout_id, now)
                unit.commit()

    def _locked(self, unit: UnitOfWork, checkout_id: str, now: datetime) -> Checkout:
        check_id("checkout", checkout_id)
        checkout = unit.checkouts.lock(checkout_id, now)
        if checkout is None or checkout.store_id != self._policy.store_id:
            raise NotFoundError("checkout", checkout_id)
        return checkout
