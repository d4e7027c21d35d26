"""The inbox: webhooks that came in, and deposits that fit no invoice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, exists, select, tuple_

from checkout_kit.domain.invoice import UnmatchedDeposit
from checkout_kit.storage import tables
from checkout_kit.storage.claims import insert_new
from checkout_kit.storage.forms import money_columns, optional_money

_DIGEST = tables.webhook_digest
_UNMATCHED = tables.unmatched
# Asked at every pass of the worker.
_HAS_WEBHOOKS = select(exists().where(_DIGEST.c.received_at < bindparam("before")))


class InboxStore:
    """Reads and writes what came in from outside without being asked for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def remember_webhook(self, provider: str, digest: str, now: datetime) -> bool:
        """Note a webhook's digest; False if the very same one came before."""
        return insert_new(
            self._connection,
            _DIGEST,
            {"provider": provider, "digest": digest, "received_at": now},
        )

    def has_webhooks(self, before: datetime) -> bool:
        """Whether there is a digest that :meth:`forget_webhooks` would drop."""
        asked = self._connection.execute(_HAS_WEBHOOKS, {"before": before})
        return bool(asked.scalar_one())

    def forget_webhooks(self, before: datetime, *, limit: int) -> int:
        """Drop digests that are too old to be replayed usefully, oldest first.

        :return: how many are gone.
        """
        key = (_DIGEST.c.provider, _DIGEST.c.digest)
        oldest = (
            select(*key)
            .where(_DIGEST.c.received_at < before)
            .order_by(_DIGEST.c.received_at)
            .limit(limit)
        )
        return self._connection.execute(
            delete(_DIGEST).where(tuple_(*key).in_(oldest))
        ).rowcount

    def add_unmatched(
        self, store_id: str, provider: str, deposit: UnmatchedDeposit, now: datetime
    ) -> bool:
        """Keep a deposit that fits no invoice; False if it is there already."""
        return insert_new(
            self._connection,
            _UNMATCHED,
            {
                "store_id": store_id,
                "provider": provider,
                "external_id": deposit.external_id,
                "reason": deposit.reason,
                **money_columns(deposit.amount, "amount", "currency"),
                "received_at": deposit.received_at,
                "first_seen_at": now,
                "details": dict(deposit.details),
            },
        )

    def list_unmatched(
        self, store_id: str, *, limit: int = 250, offset: int = 0
    ) -> Sequence[UnmatchedDeposit]:
        """Deposits that fit no invoice, newest first."""
        rows = self._connection.execute(
            select(_UNMATCHED)
            .where(_UNMATCHED.c.store_id == store_id)
            .order_by(_UNMATCHED.c.first_seen_at.desc(), _UNMATCHED.c.external_id)
            .limit(limit)
            .offset(offset)
        )
        return [_unmatched_from_row(row) for row in rows]

    def unmatched_between(
        self, store_id: str, since: datetime, until: datetime
    ) -> Sequence[UnmatchedDeposit]:
        """Deposits first seen from ``since`` to before ``until``."""
        rows = self._connection.execute(
            select(_UNMATCHED)
            .where(
                (_UNMATCHED.c.store_id == store_id)
                & (_UNMATCHED.c.first_seen_at >= since)
                & (_UNMATCHED.c.first_seen_at < until)
            )
            .order_by(_UNMATCHED.c.provider, _UNMATCHED.c.external_id)
        )
        return [_unmatched_from_row(row) for row in rows]


def _unmatched_from_row(row: Row[Any]) -> UnmatchedDeposit:
    return UnmatchedDeposit(
        external_id=row.external_id,
        reason=row.reason,
        amount=optional_money(row.amount, row.currency),
        received_at=row.received_at,
        details=row.details,
        provider=row.provider,
    )
