"""Customers: one for each e-mail address of a store."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from checkout_kit.domain.checkout import Checkout
from checkout_kit.domain.customer import CUSTOMER_FIELDS, Customer
from checkout_kit.domain.identifiers import check_id
from checkout_kit.errors import InputError, NotFoundError
from checkout_kit.services.basis import Basis
from checkout_kit.services.ports import UnitOfWork, UnitOfWorkFactory


def introduce(unit: UnitOfWork, checkout: Checkout) -> Checkout:
    """Tell all that is known of a customer whom a checkout names by an id alone."""
    if set(checkout.customer) != {"id"}:
        return checkout
    found = unit.customers.get(checkout.store_id, str(checkout.customer["id"]))
    if found is None:
        return checkout
    told = {name: getattr(found, name) for name in CUSTOMER_FIELDS}
    known = {name: value for name, value in told.items() if value is not None}
    return replace(checkout, customer={**known, "id": found.id})


def introduced(units: UnitOfWorkFactory, checkout: Checkout) -> Checkout:
    """The same, in a transaction of its own."""
    with units.read() as unit:
        return introduce(unit, checkout)


class Customers:
    """One store's customers, each change in one transaction."""

    def __init__(self, basis: Basis) -> None:
        self._units = basis.units
        self._store_id = basis.policy.store_id

    def save(self, values: Mapping[str, Any], now: datetime) -> Customer:
        """Make a customer, or change the one with that e-mail address.

        Fields that are not given stay as they are; None unsets one.

        :raises InputError: naming the field that can't be right.
        """
        for name in values:
            if name not in CUSTOMER_FIELDS:
                raise InputError(f"customer.{name}", "is not a field of a customer")
        if values.get("email") is None:
            raise InputError("customer.email", "is missing")
        new = Customer(
            id=secrets.token_hex(16),
            store_id=self._store_id,
            created_at=now,
            updated_at=now,
            **values,
        )
        with self._units.write() as unit:
            known = unit.customers.lock_by_email(self._store_id, new.email_key)
            if known is None and unit.customers.add(new):
                unit.commit()
                return new
            if known is None:
                # Somebody else was faster, and is at the end of it by now.
                known = unit.customers.lock_by_email(self._store_id, new.email_key)
            if known is None:
                raise NotFoundError("customer", new.id)
            changed = known.changed(values, now)
            unit.customers.save(changed)
            unit.commit()
            return changed

    def update(
        self, customer_id: str, changes: Mapping[str, Any], now: datetime
    ) -> Customer:
        """Change a customer; None unsets a field.

        :raises NotFoundError: if this store has none with that id.
        :raises InputError: naming the field that can't be right.
        """
        with self._units.write() as unit:
            known = self._locked(unit, customer_id)
            changed = known.changed(changes, now)
            if changed.email_key != known.email_key:
                other = unit.customers.lock_by_email(self._store_id, changed.email_key)
                if other is not None:
                    raise InputError("customer.email", "belongs to another customer")
            if not unit.customers.save(changed):
                raise InputError("customer.email", "belongs to another customer")
            unit.commit()
            return changed

    def get(self, customer_id: str) -> Customer:
        """Read a customer.

        :raises NotFoundError: if this store has none with that id.
        """
        check_id("customer", customer_id)
        with self._units.read() as unit:
            found = unit.customers.get(self._store_id, customer_id)
        if found is None:
            raise NotFoundError("customer", customer_id)
        return found

    def list(self, *, limit: int, offset: int) -> Sequence[Customer]:
        """Read a page of this store's customers, newest first."""
        if not 1 <= limit <= 250 or offset < 0:
            raise InputError("limit", "must be from 1 to 250, offset at least 0")
        with self._units.read() as unit:
            return unit.customers.list(self._store_id, limit=limit, offset=offset)

    def count(self) -> int:
        """How many customers this store has."""
        with self._units.read() as unit:
            return unit.customers.count(self._store_id)

    def delete(self, customer_id: str) -> None:
        """Forget all that is known of a customer.

        Checkouts and payments stay, with the id that stands for nobody any more.

        :raises NotFoundError: if this store has none with that id.
        """
        with self._units.write() as unit:
            self._locked(unit, customer_id)
            unit.customers.delete(self._store_id, customer_id)
            unit.commit()

    def _locked(self, unit: UnitOfWork, customer_id: str) -> Customer:
        check_id("customer", customer_id)
        known = unit.customers.lock(self._store_id, customer_id)
        if known is None:
            raise NotFoundError("customer", customer_id)
        return known
