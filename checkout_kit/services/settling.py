"""Settling: crediting the merchant once for each order, whatever gets lost."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.credits import confirmed_credit
from checkout_kit.domain.invoice import Invoice
from checkout_kit.domain.settlement import (
    Settlement,
    SettlementOrder,
    SettlementStatus,
)
from checkout_kit.errors import (
    CheckoutKitError,
    NotSupported,
    ProviderAuthError,
    ProviderBusy,
    ProviderRefused,
    ProviderUnreachable,
)
from checkout_kit.services.announcing import Announcer
from checkout_kit.services.basis import Basis
from checkout_kit.services.operations import StoredOperation
from checkout_kit.services.ports import UnitOfWork
from checkout_kit.services.schedule import after_failure, next_settlement

_UNDER_WAY = (
    SettlementStatus.INTENDED,
    SettlementStatus.SENT,
    SettlementStatus.UNKNOWN,
)

logger = logging.getLogger("checkout_kit.services")


class Settling:
    """Carries out settlement orders.

    An order without an answer is unknown: the same plugin is asked again with the same
    key, never another one. An order that was not sent yet stops with a reversal.
    """

    def __init__(self, basis: Basis, announcer: Announcer) -> None:
        self._units = basis.units
        self._providers = basis.providers
        self._policy = basis.policy
        self._clock = basis.clock
        self._announcer = announcer

    def settler_of(self, invoice: Invoice) -> str | None:
        """The plugin that settles an invoice: the configured one, or its provider."""
        name = self._policy.settler_for(invoice.provider)
        return name if self._providers.supports(name, "settle_invoice") else None

    def settle_due(self, now: datetime, *, limit: int = 20) -> int:
        """Carry out the orders whose turn it is. **May move money.**"""
        with self._units.write() as unit:
            claimed = unit.settlements.claim_due(
                now, limit=limit, seconds=int(self._policy.worker_deadline) + 30
            )
            unit.commit()
        for order in claimed:
            self._settle(order)
        return len(claimed)

    def _settle(self, order: SettlementOrder) -> None:
        now = self._clock.now()
        with self._units.write() as unit:
            invoice = unit.invoices.get(order.invoice_id)
            checkout = (
                unit.checkouts.lock(invoice.checkout_id, now) if invoice else None
            )
            if invoice is None or checkout is None:
                return
            former = [
                other
                for other in unit.settlements.of_checkout(checkout.id)
                if other.invoice_id == invoice.id and other.sequence < order.sequence
            ]
            if order.status is SettlementStatus.INTENDED and (
                not checkout.is_paid or _is_too_much(order, former, invoice)
            ):
                stopped = replace(order, status=SettlementStatus.STOPPED)
                unit.settlements.save(stopped, next_attempt_at=None)
                # What is left of the payment gets an order of its own.
                self._announcer.announce(unit, checkout.id, now)
                unit.commit()
                return
            if any(other.status in _UNDER_WAY for other in former):
                # One after the other: what the former brings is left out of this one.
                unit.settlements.save(
                    order, next_attempt_at=next_settlement(order.created_at, now)
                )
                unit.commit()
                return
            if not unit.settlements.start(order):
                return
            earlier = [other.result for other in former if other.result is not None]
            unit.commit()
        started = replace(order, attempts=order.attempts + 1)
        try:
            self._providers.call(
                order.plugin,
                "settle_invoice",
                deadline=self._policy.worker_deadline,
                then=lambda answer: self._record(checkout, started, answer),
                invoice=invoice,
                operation=StoredOperation(order.key, self._units, self._clock),
                amount=order.amount,
                checkout=checkout,
                earlier=earlier,
            )
        except ProviderAuthError as err:
            # The credentials can be put right, which gives the merchant the money.
            unknown = replace(started, status=SettlementStatus.UNKNOWN)
            self._save(checkout, unknown, str(err), retry=True)
        except (ProviderRefused, NotSupported) as err:
            failed = replace(started, status=SettlementStatus.FAILED)
            self._save(checkout, failed, str(err), retry=False)
        except (ProviderUnreachable, ProviderBusy) as err:
            # Never processed: as it was, so that a reversal can still stop it.
            self._save(checkout, started, str(err), retry=True)
        except CheckoutKitError as err:
            unknown = replace(started, status=SettlementStatus.UNKNOWN)
            self._save(checkout, unknown, str(err), retry=True)
        # An answer that can't be recorded must not hold up all other orders.
        except Exception as err:
            logger.exception("recording the settlement %s", order.key)
            problem = f"the answer could not be recorded: {type(err).__name__}"
            unknown = replace(started, status=SettlementStatus.UNKNOWN)
            self._save(checkout, unknown, problem, retry=True)

    def _record(
        self, checkout: Checkout, order: SettlementOrder, answer: Settlement | None
    ) -> None:
        """Record the answer; on the plugin's thread, even if nobody waits."""
        now = self._clock.now()
        with self._units.write() as unit:
            current = self._current(unit, checkout, order, now)
            # Another attempt may have been faster: its answer is the same one.
            if current.status is SettlementStatus.DONE:
                return
            if answer is None:
                if current.attempts != order.attempts:
                    return
                unit.settlements.save(
                    replace(order, status=SettlementStatus.INTENDED, problem=None),
                    next_attempt_at=next_settlement(order.created_at, now),
                )
            else:
                done = replace(
                    order, status=SettlementStatus.DONE, result=answer, problem=None
                )
                unit.settlements.save(done, next_attempt_at=None)
                fresh = self._announcer.announce(unit, checkout.id, now)
                self._announcer.note(
                    unit,
                    fresh,
                    "invoice.settled",
                    now,
                    **settlement_data(done, answer),
                )
            unit.commit()

    def _save(
        self, checkout: Checkout, order: SettlementOrder, problem: str, *, retry: bool
    ) -> None:
        """Note a failed attempt, unless its answer, or another attempt's, came in."""
        logger.warning("settling %s: %s", order.key, problem)
        now = self._clock.now()
        with self._units.write() as unit:
            current = self._current(unit, checkout, order, now)
            is_sent = current.status is SettlementStatus.SENT
            if not is_sent or current.attempts != order.attempts:
                return
            unit.settlements.save(
                replace(order, problem=problem),
                next_attempt_at=after_failure(now, order.attempts) if retry else None,
            )
            unit.commit()

    def _current(
        self,
        unit: UnitOfWork,
        checkout: Checkout,
        order: SettlementOrder,
        now: datetime,
    ) -> SettlementOrder:
        """The order as it is kept, behind the checkout's lock."""
        unit.checkouts.lock(checkout.id, now)
        return next(
            kept
            for kept in unit.settlements.of_checkout(checkout.id)
            if kept.key == order.key
        )


def _is_too_much(
    order: SettlementOrder, former: Sequence[SettlementOrder], invoice: Invoice
) -> bool:
    """Whether the payment has shrunk below what was ordered for it."""
    held = order.amount.fraction + sum(
        other.amount.fraction
        for other in former
        if other.status is not SettlementStatus.STOPPED
    )
    return held > confirmed_credit(invoice)


def settlement_data(order: SettlementOrder, result: Settlement) -> dict[str, Any]:
    """What an event tells of a settlement."""
    return {
        "invoice_id": order.invoice_id,
        "settlement_reference": result.reference,
        "settled_amount": result.amount.to_text(),
        "settled_currency": str(result.amount.currency),
        "settlement_sequence": order.sequence,
    }
