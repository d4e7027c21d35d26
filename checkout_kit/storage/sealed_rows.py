"""Sealed rows: all that is kept encrypted, and how it gets under a newer key."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, select, update

from checkout_kit.errors import SecretUnreadable
from checkout_kit.storage import tables
from checkout_kit.storage.encryption import SecretBox

#: Where a bank account is kept in a withdrawal's target, and where what a shop notes of
#: a customer; rows of older versions hold them in plain text under other names.
BANK_ACCOUNT = "sealedBankAccount"
META = "checkout-kit:sealed"

_Renew = Callable[[Any, SecretBox], Any]


def _renew_text(value: str | None, box: SecretBox) -> str | None:
    return None if value is None else box.renew(value)


def _renew_target(value: Mapping[str, Any], box: SecretBox) -> Mapping[str, Any]:
    if BANK_ACCOUNT in value:
        return {**value, BANK_ACCOUNT: box.renew(value[BANK_ACCOUNT])}
    plain = value.get("bankAccount")
    if not plain:
        return value
    rest = {name: kept for name, kept in value.items() if name != "bankAccount"}
    return {**rest, BANK_ACCOUNT: box.encrypt(json.dumps(plain))}


def _renew_meta(
    value: Mapping[str, Any] | None, box: SecretBox
) -> Mapping[str, Any] | None:
    if value is None:
        return None
    if META in value:
        return {META: box.renew(value[META])}
    return {META: box.encrypt(json.dumps(value))}


#: By table, the columns that hold something encrypted, and how each is made anew.
SEALED: Mapping[Table, Mapping[str, _Renew]] = {
    tables.api_key: {"secret": _renew_text, "previous_secret": _renew_text},
    tables.endpoint: {"secret": _renew_text, "previous_secret": _renew_text},
    tables.withdrawal: {"target": _renew_target},
    tables.customer: {"meta": _renew_meta},
}


class SealedRows:
    """Writes rows anew under the newest key."""

    def __init__(self, connection: Connection, box: SecretBox) -> None:
        self._connection = connection
        self._box = box

    @property
    def kinds(self) -> Sequence[str]:
        """The names of the tables that hold something encrypted."""
        return [table.name for table in SEALED]

    def renew(
        self, kind: str, after: str, *, limit: int
    ) -> tuple[str | None, int, list[str]]:
        """Write the rows of a table anew that come after an id.

        :return: the last id looked at, None at the end; how many rows were changed;
            the ids of those that no key can read.
        """
        table = next(table for table in SEALED if table.name == kind)
        columns = SEALED[table]
        rows = self._connection.execute(
            select(table.c.id, *(table.c[name] for name in columns))
            .where(table.c.id > after)
            .order_by(table.c.id)
            .limit(limit)
            .with_for_update(key_share=True)
        ).all()
        changed, unreadable = 0, []
        for row in rows:
            kept = row._mapping
            try:
                renewed = {
                    name: make(kept[name], self._box) for name, make in columns.items()
                }
            except SecretUnreadable:
                unreadable.append(row.id)
                continue
            if any(renewed[name] != kept[name] for name in columns):
                changed += 1
                self._connection.execute(
                    update(table).where(table.c.id == row.id).values(**renewed)
                )
        return (rows[-1].id if len(rows) == limit else None), changed, unreadable
