"""Withdrawals as they are kept: an intent first, the provider's word after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select, update

from checkout_kit.domain.charge_json import currency_from_text, currency_to_text
from checkout_kit.domain.currency import Currency
from checkout_kit.domain.money import Money
from checkout_kit.domain.withdrawal import (
    Withdrawal,
    WithdrawalRequest,
    WithdrawalStatus,
    WithdrawalTarget,
)
from checkout_kit.domain.withdrawal_order import WithdrawalOrder, WithdrawalState
from checkout_kit.storage import tables
from checkout_kit.storage.claims import claim_rows, insert_new
from checkout_kit.storage.forms import (
    money_columns,
    money_from_columns,
    optional_money,
)

_WITHDRAWAL = tables.withdrawal


class WithdrawalStore:
    """Reads and writes withdrawals."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self, order: WithdrawalOrder, *, idempotency_key: str | None, fingerprint: str
    ) -> bool:
        """Write a new withdrawal down; False if its idempotency key is taken."""
        return insert_new(
            self._connection,
            _WITHDRAWAL,
            {
                **_request_columns(order),
                **_progress_columns(order),
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
        return _from_row(row._mapping) if row else None

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
        return [_from_row(row._mapping) for row in rows]

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
        keys = claim_rows(
            self._connection,
            _WITHDRAWAL,
            self._due(WithdrawalState.PROCESSING, now),
            order=_WITHDRAWAL.c.next_attempt_at,
            limit=limit,
            seconds=seconds,
            values={"attempts": _WITHDRAWAL.c.attempts + 1},
        )
        return self._read(_WITHDRAWAL.c.id.in_([key[0] for key in keys]))

    def expired(self, now: datetime, *, limit: int) -> Sequence[str]:
        """The ids of those that nobody has committed in time."""
        rows = self._connection.execute(
            select(_WITHDRAWAL.c.id)
            .where(self._due(WithdrawalState.PENDING_API_COMMIT, now))
            .order_by(_WITHDRAWAL.c.next_attempt_at)
            .limit(limit)
        )
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
                **_progress_columns(order),
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

    def _due(self, state: WithdrawalState, now: datetime) -> ColumnElement[bool]:
        due_at = _WITHDRAWAL.c.next_attempt_at
        return (
            due_at.is_not(None) & (due_at <= now) & (_WITHDRAWAL.c.state == state.value)
        )

    def _read(
        self, where: ColumnElement[bool], *, limit: int | None = None
    ) -> Sequence[WithdrawalOrder]:
        rows = self._connection.execute(
            select(_WITHDRAWAL)
            .where(where)
            .order_by(_WITHDRAWAL.c.created_at, _WITHDRAWAL.c.id)
            .limit(limit)
        )
        return [_from_row(row._mapping) for row in rows]


def _is(withdrawal_id: str) -> ColumnElement[bool]:
    return _WITHDRAWAL.c.id == withdrawal_id


def _request_columns(order: WithdrawalOrder) -> dict[str, Any]:
    request, target = order.request, order.request.target
    least = request.least_received
    return {
        "id": order.id,
        "store_id": order.store_id,
        "provider": order.provider,
        "wallet": request.wallet,
        **money_columns(request.amount, "amount", "currency"),
        "target": {
            "currency": currency_to_text(target.currency),
            "address": target.address,
            "memo": target.memo,
            "memoType": target.memo_type,
            "destinationTag": target.destination_tag,
            "bankAccount": dict(target.bank_account),
        },
        "least_received": least.to_text() if least is not None else None,
        "options": dict(request.options),
        "origin": order.origin,
        "created_at": order.created_at,
        "expires_at": order.expires_at,
    }


def _progress_columns(order: WithdrawalOrder) -> dict[str, Any]:
    result, promised = order.result, order.promised
    columns: dict[str, Any] = {
        "state": order.state.value,
        "committed_at": order.committed_at,
        "finished_at": order.finished_at,
        "promised": promised.to_text() if promised is not None else None,
        "attempts": order.attempts,
        "problem": order.problem[:1000] if order.problem else None,
    }
    if result is None:
        return columns
    received = result.received
    return {
        **columns,
        "reference": result.reference,
        "status": result.status.value,
        "sent": result.amount.to_text(),
        "received": received.to_text() if received is not None else None,
        **money_columns(result.fee, "fee", "fee_currency"),
        "requested_at": result.requested_at,
        "transaction_id": result.transaction_id,
        "provider_state": result.provider_state,
        "details": dict(result.details),
    }


def _from_row(row: Mapping[Any, Any]) -> WithdrawalOrder:
    amount = money_from_columns(row["amount"], row["currency"])
    kept = row["target"]
    target = WithdrawalTarget(
        currency_from_text(kept["currency"]),
        address=kept["address"],
        memo=kept["memo"],
        memo_type=kept["memoType"],
        destination_tag=kept["destinationTag"],
        bank_account=kept["bankAccount"],
    )
    return WithdrawalOrder(
        id=row["id"],
        store_id=row["store_id"],
        provider=row["provider"],
        request=WithdrawalRequest(
            row["wallet"],
            amount,
            target,
            least_received=_money(row["least_received"], target.currency),
            options=row["options"],
        ),
        state=WithdrawalState(row["state"]),
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        origin=row["origin"],
        committed_at=row["committed_at"],
        finished_at=row["finished_at"],
        promised=_money(row["promised"], target.currency),
        attempts=row["attempts"],
        result=_result(row, amount.currency, target.currency),
        problem=row["problem"],
    )


def _result(
    row: Mapping[Any, Any], source: Currency, arriving: Currency
) -> Withdrawal | None:
    if row["reference"] is None:
        return None
    return Withdrawal(
        reference=row["reference"],
        status=WithdrawalStatus(row["status"]),
        amount=Money(row["sent"], source),
        received=_money(row["received"], arriving),
        fee=optional_money(row["fee"], row["fee_currency"]),
        requested_at=row["requested_at"],
        transaction_id=row["transaction_id"],
        provider_state=row["provider_state"],
        problem=row["problem"],
        details=row["details"] or {},
    )


def _money(amount: str | None, currency: Currency) -> Money | None:
    return None if amount is None else Money(amount, currency)
