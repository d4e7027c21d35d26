"""Withdrawals as they are kept: an intent first, the provider's word after."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    bindparam,
    func,
    select,
    update,
)

from checkout_kit.domain.withdrawal_order import WithdrawalOrder, WithdrawalState
from checkout_kit.errors import SecretUnreadable
from checkout_kit.storage import tables
from checkout_kit.storage.claims import Claim, insert_new
from checkout_kit.storage.encryption import SecretBox
from checkout_kit.storage.types import database_milliseconds
from checkout_kit.storage.withdrawal_rows import (
    progress_columns,
    request_columns,
    withdrawal_from_row,
)

logger = logging.getLogger("checkout_kit.storage")

_WITHDRAWAL = tables.withdrawal
_DUE = (
    _WITHDRAWAL.c.next_attempt_at.is_not(None)
    & (_WITHDRAWAL.c.next_attempt_at <= bindparam("due_at"))
    & (_WITHDRAWAL.c.state == bindparam("due_state"))
)
_CLAIM = Claim(
    _WITHDRAWAL,
    _DUE,
    order=_WITHDRAWAL.c.next_attempt_at,
    values={"attempts": _WITHDRAWAL.c.attempts + 1},
)
_EXPIRED = (
    select(_WITHDRAWAL.c.id)
    .where(_DUE)
    .order_by(_WITHDRAWAL.c.next_attempt_at)
    .limit(bindparam("most", type_=Integer))
)


class WithdrawalStore:
    """Reads and writes withdrawals."""

    def __init__(self, connection: Connection, box: SecretBox) -> None:
        self._connection = connection
        self._box = box

    def add(
        self, order: WithdrawalOrder, *, idempotency_key: str | None, fingerprint: str
    ) -> bool:
        """Write a new withdrawal down; False if its idempotency key is taken."""
        return insert_new(
            self._connection,
            _WITHDRAWAL,
            {
                **request_columns(order, self._box),
                **progress_columns(order),
                "next_attempt_at": order.expires_at,
                "idempotency_key": idempotency_key,
                "fingerprint": fingerprint,
            },
        )

    def find_key(self, store_id: str, idempotency_key: str) -> tuple[str, str] | None:
        """The id and the fingerprint of what was made with a key."""
        row = self._connection.execute(
            select(_WITHDRAWAL.c.id, _WITHDRAWAL.c.fingerprint).where(
                (_WITHDRAWAL.c.store_id == store_id)
                & (_WITHDRAWAL.c.idempotency_key == idempotency_key)
            )
        ).first()
        return (row[0], row[1]) if row else None

    def get(self, store_id: str, withdrawal_id: str) -> WithdrawalOrder | None:
        """Read one withdrawal of a store."""
        where = _is(withdrawal_id) & (_WITHDRAWAL.c.store_id == store_id)
        return next(iter(self._read(where)), None)

    def lock(self, withdrawal_id: str) -> WithdrawalOrder | None:
        """Read one withdrawal and keep others from changing it until the commit."""
        row = self._connection.execute(
            select(_WITHDRAWAL)
            .where(_is(withdrawal_id))
            .with_for_update(key_share=True)
        ).first()
        return withdrawal_from_row(row._mapping, self._box) if row else None

    def list(
        self, store_id: str, *, limit: int, offset: int
    ) -> Sequence[WithdrawalOrder]:
        """A page of a store's withdrawals, newest first."""
        rows = self._connection.execute(
            select(_WITHDRAWAL)
            .where(_WITHDRAWAL.c.store_id == store_id)
            .order_by(_WITHDRAWAL.c.created_at.desc(), _WITHDRAWAL.c.id.desc())
            .limit(limit)
            .offset(offset)
        )
        return [withdrawal_from_row(row._mapping, self._box) for row in rows]

    def count(self, store_id: str) -> int:
        """How many withdrawals a store has."""
        query = select(func.count()).where(_WITHDRAWAL.c.store_id == store_id)
        found: int = self._connection.execute(query).scalar_one()
        return found

    def stuck(self, store_id: str, *, limit: int) -> Sequence[WithdrawalOrder]:
        """Withdrawals under way that have a problem, oldest first."""
        return self._read(
            (_WITHDRAWAL.c.store_id == store_id)
            & (_WITHDRAWAL.c.state == WithdrawalState.PROCESSING.value)
            & _WITHDRAWAL.c.problem.is_not(None),
            limit=limit,
        )

    def claim_due(
        self, now: datetime, *, limit: int, seconds: int
    ) -> Sequence[WithdrawalOrder]:
        """Take the committed ones whose turn it is, each for a new attempt."""
        keys = _CLAIM.take(
            self._connection,
            limit=limit,
            seconds=seconds,
            due_at=now,
            due_state=WithdrawalState.PROCESSING.value,
        )
        claimed: list[WithdrawalOrder] = []
        for (withdrawal_id,) in keys:
            try:
                claimed += self._read(_is(withdrawal_id))
            except SecretUnreadable:
                # It waits for its key, and the others do not.
                logger.error("no key opens the account of withdrawal %s", withdrawal_id)
        return claimed

    def expired(self, now: datetime, *, limit: int) -> Sequence[str]:
        """The ids of those that nobody has committed in time."""
        state = WithdrawalState.PENDING_API_COMMIT.value
        told = {"due_at": now, "due_state": state, "most": limit}
        rows = self._connection.execute(_EXPIRED, told)
        return [row[0] for row in rows]

    def save(
        self,
        order: WithdrawalOrder,
        *,
        next_attempt_at: datetime | None,
    ) -> None:
        """Write how far a withdrawal has come, and let go of its claim."""
        self._connection.execute(
            update(_WITHDRAWAL)
            .where(_is(order.id))
            .values(
                next_attempt_at=next_attempt_at,
                claim_until=0,
                **progress_columns(order),
            )
        )

    def is_newest_attempt(self, withdrawal_id: str, attempts: int) -> bool:
        """Whether an attempt may still write; nobody begins another until the commit.

        One that was overtaken must not take a step of the newer one's.
        """
        row = self._connection.execute(
            select(_WITHDRAWAL.c.attempts, _WITHDRAWAL.c.state)
            .where(_is(withdrawal_id))
            .with_for_update(key_share=True)
        ).first()
        return row is not None and tuple(row) == (
            attempts,
            WithdrawalState.PROCESSING.value,
        )

    def is_claimed(self, withdrawal_id: str) -> bool:
        """Whether somebody has taken it to ask the provider."""
        claim_until = _WITHDRAWAL.c.claim_until
        row = self._connection.execute(
            select(claim_until >= database_milliseconds()).where(_is(withdrawal_id))
        ).first()
        return row is not None and bool(row[0])

    def _read(
        self, where: ColumnElement[bool], *, limit: int | None = None
    ) -> Sequence[WithdrawalOrder]:
        rows = self._connection.execute(
            select(_WITHDRAWAL)
            .where(where)
            .order_by(_WITHDRAWAL.c.created_at, _WITHDRAWAL.c.id)
            .limit(limit)
        )
        return [withdrawal_from_row(row._mapping, self._box) for row in rows]


def _is(withdrawal_id: str) -> ColumnElement[bool]:
    return _WITHDRAWAL.c.id == withdrawal_id
