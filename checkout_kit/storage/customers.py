"""Customers as they are kept; what a shop notes of them is encrypted."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, select, update
from sqlalchemy.exc import IntegrityError

from checkout_kit.domain.customer import CUSTOMER_FIELDS, Customer
from checkout_kit.storage import tables
from checkout_kit.storage.claims import insert_new
from checkout_kit.storage.encryption import SecretBox
from checkout_kit.storage.sealed_rows import META

_CUSTOMER = tables.customer


class CustomerStore:
    """Reads and writes customers."""

    def __init__(self, connection: Connection, box: SecretBox) -> None:
        self._connection = connection
        self._box = box

    def add(self, customer: Customer) -> bool:
        """Write a new customer down; False if the store has that e-mail address."""
        own = {
            "id": customer.id,
            "store_id": customer.store_id,
            "created_at": customer.created_at,
        }
        return insert_new(
            self._connection, _CUSTOMER, {**own, **self._columns(customer)}
        )

    def save(self, customer: Customer) -> bool:
        """Write what has changed; False if another one has that e-mail address now."""
        statement = (
            update(_CUSTOMER)
            .where(_is(customer.store_id, customer.id))
            .values(**self._columns(customer))
        )
        try:
            with self._connection.begin_nested():
                self._connection.execute(statement)
        except IntegrityError:
            return False
        return True

    def get(self, store_id: str, customer_id: str) -> Customer | None:
        """Read one customer of a store."""
        return self._read(_is(store_id, customer_id), is_locked=False)

    def lock(self, store_id: str, customer_id: str) -> Customer | None:
        """Read one, and keep others from changing it until the commit."""
        return self._read(_is(store_id, customer_id), is_locked=True)

    def lock_by_email(self, store_id: str, email_key: str) -> Customer | None:
        """The same by the e-mail address, which a store has once."""
        where = (_CUSTOMER.c.store_id == store_id) & (
            _CUSTOMER.c.email_key == email_key
        )
        return self._read(where, is_locked=True)

    def list(self, store_id: str, *, limit: int, offset: int) -> Sequence[Customer]:
        """A page of a store's customers, newest first."""
        rows = self._connection.execute(
            select(_CUSTOMER)
            .where(_CUSTOMER.c.store_id == store_id)
            .order_by(_CUSTOMER.c.created_at.desc(), _CUSTOMER.c.id.desc())
            .limit(limit)
            .offset(offset)
        )
        return [self._from_row(row._mapping) for row in rows]

    def count(self, store_id: str) -> int:
        """How many customers a store has."""
        query = select(func.count()).where(_CUSTOMER.c.store_id == store_id)
        found: int = self._connection.execute(query).scalar_one()
        return found

    def delete(self, store_id: str, customer_id: str) -> None:
        """Forget a customer."""
        self._connection.execute(delete(_CUSTOMER).where(_is(store_id, customer_id)))

    def _read(self, where: ColumnElement[bool], *, is_locked: bool) -> Customer | None:
        query = select(_CUSTOMER).where(where)
        if is_locked:
            query = query.with_for_update(key_share=True)
        row = self._connection.execute(query).first()
        return self._from_row(row._mapping) if row else None

    def _columns(self, customer: Customer) -> dict[str, Any]:
        columns = {name: getattr(customer, name) for name in CUSTOMER_FIELDS}
        meta = customer.meta
        if meta is not None:
            meta = {META: self._box.encrypt(json.dumps(dict(meta)))}
        return {
            **columns,
            "meta": meta,
            "email_key": customer.email_key,
            "updated_at": customer.updated_at,
        }

    def _from_row(self, row: Mapping[Any, Any]) -> Customer:
        columns = {name: row[name] for name in CUSTOMER_FIELDS}
        meta = columns["meta"]
        if meta is not None and META in meta:
            columns["meta"] = json.loads(self._box.decrypt(meta[META]))
        return Customer(
            id=row["id"],
            store_id=row["store_id"],
            created_at=row["created_at"],
            updated_at=row["updated_at"],
            **columns,
        )


def _is(store_id: str, customer_id: str) -> ColumnElement[bool]:
    return (_CUSTOMER.c.store_id == store_id) & (_CUSTOMER.c.id == customer_id)
