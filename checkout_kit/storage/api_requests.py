"""Requests of the REST API as they are kept, so that none happens twice."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    delete,
    exists,
    or_,
    select,
    update,
)

from checkout_kit.domain.api_request import ApiAnswer, KnownRequest
from checkout_kit.storage import tables
from checkout_kit.storage.claims import insert_new
from checkout_kit.storage.direct import DirectInsert
from checkout_kit.storage.types import database_milliseconds

_REQUEST = tables.api_request
_SIGNATURE = tables.api_signature
# What every signed change does.
_USE_SIGNATURE = DirectInsert(_SIGNATURE, is_careful=True)
_EXPIRING = (_REQUEST, _SIGNATURE)
# Asked at every pass of the worker.
_HAS_EXPIRED = select(
    or_(*(exists().where(t.c.expires_at <= bindparam("now")) for t in _EXPIRING))
)


class ApiRequestStore:
    """Reads and writes idempotency keys and the signatures that were used."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, store_id: str, idempotency_key: str) -> KnownRequest | None:
        """Read what is known under a key."""
        row = self._connection.execute(
            select(
                _REQUEST,
                (_REQUEST.c.claim_until >= database_milliseconds()).label("busy"),
            ).where(_is(store_id, idempotency_key))
        ).first()
        if row is None:
            return None
        finished = row.status is not None
        return KnownRequest(
            fingerprint=row.fingerprint,
            operation_key=row.operation_key,
            is_claimed=bool(row.busy),
            answer=ApiAnswer(row.status, row.answer) if finished else None,
        )

    def begin(
        self,
        store_id: str,
        idempotency_key: str,
        request: KnownRequest,
        *,
        expires_at: datetime,
        seconds: int,
    ) -> bool:
        """Claim a key that is not known yet; False if somebody was faster."""
        return insert_new(
            self._connection,
            _REQUEST,
            {
                "store_id": store_id,
                "idempotency_key": idempotency_key,
                "fingerprint": request.fingerprint,
                "operation_key": request.operation_key,
                "expires_at": expires_at,
                "claim_until": 0,
            },
        ) and self.take_over(store_id, idempotency_key, seconds=seconds)

    def take_over(self, store_id: str, idempotency_key: str, *, seconds: int) -> bool:
        """Claim a request whose claim has run out; False if somebody was faster."""
        changed = self._connection.execute(
            update(_REQUEST)
            .where(
                _is(store_id, idempotency_key)
                & _REQUEST.c.status.is_(None)
                & (_REQUEST.c.claim_until < database_milliseconds())
            )
            .values(claim_until=database_milliseconds() + seconds * 1000)
        ).rowcount
        return changed == 1

    def let_go(self, store_id: str, idempotency_key: str) -> None:
        """End the claim of a request that failed, so that it may come again."""
        self._connection.execute(
            update(_REQUEST).where(_is(store_id, idempotency_key)).values(claim_until=0)
        )

    def finish(self, store_id: str, idempotency_key: str, answer: ApiAnswer) -> None:
        """Keep what a request was answered."""
        self._connection.execute(
            update(_REQUEST)
            .where(_is(store_id, idempotency_key))
            .values(status=answer.status, answer=answer.text, claim_until=0)
        )

    def use_signature(self, signature: str, *, expires_at: datetime) -> bool:
        """Use a signature up; False if it was used before."""
        values = {"signature": signature, "expires_at": expires_at}
        return _USE_SIGNATURE.run(self._connection, values)

    def has_expired(self, now: datetime) -> bool:
        """Whether there is anything to prune."""
        return bool(self._connection.execute(_HAS_EXPIRED, {"now": now}).scalar_one())

    def prune(self, now: datetime) -> int:
        """Forget what has expired."""
        return sum(
            self._connection.execute(
                delete(table).where(table.c.expires_at <= now)
            ).rowcount
            for table in _EXPIRING
        )


def _is(store_id: str, idempotency_key: str) -> ColumnElement[bool]:
    return (_REQUEST.c.store_id == store_id) & (
        _REQUEST.c.idempotency_key == idempotency_key
    )
