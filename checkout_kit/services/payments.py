"""Payments: one store's deposits, with what each of them is for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from checkout_kit.domain.credited_payment import CreditedPayment, payments_of
from checkout_kit.domain.payment import PaymentPlace
from checkout_kit.errors import NotFoundError
from checkout_kit.services.basis import Basis
from checkout_kit.services.ports import UnitOfWork


class Payments:
    """Reads payments; none of it calls a provider."""

    def __init__(self, basis: Basis) -> None:
        self._units = basis.units
        self._store_id = basis.policy.store_id

    def list(
        self, now: datetime, *, limit: int, offset: int
    ) -> Sequence[CreditedPayment]:
        """Read a page of this store's payments, newest first."""
        with self._units.read() as unit:
            places = unit.payments.places(self._store_id, limit=limit, offset=offset)
            return self._found(unit, places, now)

    def count(self) -> int:
        """How many payments this store has."""
        with self._units.read() as unit:
            return unit.payments.count(self._store_id)

    def get(self, payment_id: str, now: datetime) -> CreditedPayment:
        """Read a payment by its id.

        :raises NotFoundError: if this store has none with that id.
        """
        with self._units.read() as unit:
            place = unit.payments.find_id(self._store_id, payment_id)
            found = self._found(unit, [place] if place else [], now)
        if not found:
            raise NotFoundError("payment", payment_id)
        return found[0]

    def _found(
        self, unit: UnitOfWork, places: Sequence[PaymentPlace], now: datetime
    ) -> Sequence[CreditedPayment]:
        ids = {place.checkout_id for place in places}
        checkouts = unit.checkouts.find_all(sorted(ids), now) if ids else ()
        known = {
            entry.payment.id: entry
            for checkout in checkouts
            for entry in payments_of(checkout)
        }
        return [known[place.payment_id] for place in places]
